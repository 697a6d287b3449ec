"""Generated certificates."""

from base64 import encodebytes

from zhunru.range.certificates import Authority


def pem(der: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + encodebytes(der) + b"-----END CERTIFICATE-----\n"


def specimens() -> dict[str, bytes]:
    authority = Authority(7, "示例汽车")
    leaf, issuing = authority.chain("tsp.example")
    return {"root.pem": authority.root_pem(), "bundle.crt": b"# issued for tests\n" + pem(leaf) + b"\n" + pem(issuing), "leaf.der": leaf}
