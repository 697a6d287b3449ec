"""`zhunru sign`: an approver signs an approval with a key of his own store."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunru.cli._language import t

if TYPE_CHECKING:
    from zhunru.core.text import Text
    from zhunru.records.approval import Approval
    from zhunru.wire.private_key import Signed


@click.command(
    short_help=t("签署审批记录", "Sign an approval"),
    help=t(
        """用自己保管的私钥 KEY.pem 签署 RECORD.toml 中的审批，只写入签名一项。
私钥可为 Ed25519、ECDSA P-256/P-384、RSA（PSS，2048 位以上）或 SM2；加密的私钥以提示方式询问口令。私钥内容不会显示或另存。

\b
示例：
  zhunru sign 审批.toml --show-bytes              看清将要签署的字节
  zhunru sign 审批.toml --key ~/keys/approver.pem
  zhunru sign 审批.toml --id A-1 --key approver.pem
被签署的是审批的内容；状态与撤销日期不在其中。""",
        """Sign the approval in RECORD.toml with the private key KEY.pem of your own store; only the signature is written.
The key may be Ed25519, ECDSA P-256 or P-384, RSA (PSS, 2048 bits or more) or SM2; the passphrase of an encrypted key is asked by a prompt.
Nothing of the key is shown or stored.

\b
Examples:
  zhunru sign approvals.toml --show-bytes              see exactly what is signed
  zhunru sign approvals.toml --key ~/keys/approver.pem
  zhunru sign approvals.toml --id A-1 --key approver.pem
What is signed is the content of the approval; state and day of revocation are not part of it.""",
    ),
)
@click.argument("record", metavar="RECORD.toml", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False, exists=True), help=t("私钥文件（PEM）", "File of the private key (PEM)")
)
@click.option(
    "--id", "wanted", default="", help=t("审批编号（文件中只有一个时可省略）", "Number of the approval (needless when there is one)")
)
@click.option("--show-bytes", is_flag=True, help=t("只显示将被签署的字节", "Only show the bytes that are signed"))
def command(record: Path, key: Path | None, wanted: str, show_bytes: bool) -> int:
    """Sign, or show what would be signed."""
    from zhunru.engine.approval_file import find, write_signature
    from zhunru.records.approval import signed_bytes

    found = find(record, wanted)
    message = signed_bytes(found.approval)
    if show_bytes:
        import hashlib

        click.echo(message.decode("utf-8"))
        click.echo(f"SHA-256 {hashlib.sha256(message).hexdigest()}  {len(message)} B", err=True)
        return 0
    if key is None:
        raise click.UsageError(t("缺少 --key（或用 --show-bytes 先看）", "--key is missing (or look first with --show-bytes)"))
    approval = found.approval
    _ready(approval)
    signed = _signed(message, key)
    write_signature(record, found, signed.signature)
    click.echo(
        t(f"已签署：{approval.id}（{signed.scheme}），写入 {record}", f"signed: {approval.id} ({signed.scheme}), written to {record}")
    )
    click.echo(t("验签公钥（应与信任锚一致）：", "public key that verifies it (compare with the trust anchor): ") + signed.public_key)
    if signed.scheme.startswith("sm2"):
        click.secho(
            t("SM2 以纯 Python 计算，非恒定时间，也不是认证的密码模块：正式密钥请用认证的密码设备签署",
              "SM2 runs in pure Python, not constant-time and in no certified module: sign with a certified device where it counts"),
            fg="yellow", err=True,
        )  # fmt: skip
    if approval.state != "signed":
        click.secho(
            t(
                "状态不是“已签”：签名不含状态，请在台账中改为“已签”",
                "the state is not 'signed': it is not part of the signature, set it in the ledger",
            ),
            fg="yellow",
            err=True,
        )
    return 0


def _ready(approval: "Approval") -> None:
    """Refuse an approval that lacks what has to be signed, or bears a signature."""
    from zhunru.records.approval import digest_of

    lacking = [n for n in ("product", "valid_from", "key_id") if not getattr(approval, n)] + (
        [] if digest_of(approval.digest) else ["digest"]
    )
    if lacking:
        words = ", ".join(lacking)
        raise click.UsageError(t(f"审批缺少必须签署的内容：{words}", f"the approval lacks what has to be signed: {words}"))
    if approval.signature:
        raise click.UsageError(
            t("此审批已有签名；如须重签，先删去旧签名", "the approval bears a signature; to sign again, remove it first")
        )


def _signed(message: bytes, path: Path) -> "Signed":
    from zhunru.core.errors import PlanError
    from zhunru.wire.private_key import Signed, sign_with_pem

    pem = _read(path)
    made = sign_with_pem(message, pem)
    if made == "passphrase_needed":
        made = sign_with_pem(message, pem, click.prompt(t("私钥口令", "passphrase of the key"), hide_input=True, err=True).encode("utf-8"))
    if isinstance(made, Signed):
        return made
    raise PlanError(_why(made), str(path))


def _read(path: Path) -> bytes:
    """Return the key file; refuse one that others may read."""
    import stat

    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.wire.private_key import MAX_PEM_BYTE

    with path.open("rb") as stream:
        import os

        mode = os.fstat(stream.fileno()).st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise PlanError(
                Text("私钥文件可被他人读写，拒绝使用", "others may read or write the key file: it is not used"),
                f"{path} ({stat.filemode(mode)})",
                Text(f"先运行 chmod 600 {path}；若曾外泄应更换密钥", f"run chmod 600 {path}; replace the key if it may have leaked"),
            )
        return stream.read(MAX_PEM_BYTE + 1)


def _why(refusal: str) -> "Text":
    from zhunru.core.text import Text

    return {
        "passphrase_wrong": Text("口令不对，或私钥文件损坏", "the passphrase is wrong, or the key file is damaged"),
        "key_kind_not_allowed": Text("不支持这种私钥", "this kind of key is not supported"),
        "weak_key": Text("密钥强度不足", "the key is too weak"),
        "several_keys": Text("文件中有多个私钥", "the file holds several private keys"),
        "does_not_verify": Text("签名自验失败，未写入", "the signature does not verify and was not written"),
    }.get(refusal, Text("不是可用的 PEM 私钥", "not a usable private key in PEM"))
