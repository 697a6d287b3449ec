"""What an attacker on the line can do without any key: endless, slow, dropped, cut and hostile answers; plain text where it was protected."""

# ruff: noqa: D103 - the declaration above each course says what it is

from collections.abc import Iterator

from zhunru.range.attacks.declare import ALL, scenario
from zhunru.range.update_stage import BRAKE, Answer, Side, Stage, Step

_METADATA = ("2.root.json", "timestamp.json", "snapshot.json", "targets.json")
_ZH = {"2.root.json": "新根", "timestamp.json": "时间戳", "snapshot.json": "快照", "targets.json": "目标元数据"}
MOST_BYTE = 16 << 20
"""Bytes of one answer from which a client is said to read without bound; of our own choice, far above what real clients allow."""
_HEAVY_BYTE = 20 << 20
_WHOLE: tuple[Side, ...] = ("tuf", "uptane")

# ruff: noqa: D103 - the declaration above each course says what it is


def _endless(name: str) -> None:
    @scenario(
        f"endless-data.{name.removesuffix('.json').lstrip('2.')}", ALL, "U-R5",
        (f"{_ZH[name]}的内容没有尽头", f"{name} without an end"),
        ("下载不设上限，存储被灌满", "it downloads without a bound until its storage is full"),
    )  # fmt: skip
    def endless(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.ship()
        s.metadata(name, s.repo.metadata.get(name, b"{"), "endless")
        yield s.refuse(limit_byte=MOST_BYTE, impatient=True)


def _dropped(name: str) -> None:
    short = name.removesuffix(".json")

    @scenario(
        f"drop-request.closed-{short}", ALL, "U-E1",
        (f"对{_ZH[name]}的请求不予应答即断开", f"the request for {name} is dropped without an answer"),
        ("应答缺失仍报成功", "it reports success although an answer is missing"),
    )  # fmt: skip
    def closed(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.ship()
        s.metadata(name, mode="closed")
        yield s.refuse()

    @scenario(
        f"drop-request.missing-{short}", ALL, "U-E1",
        (f"{_ZH[name]}报告不存在（404）", f"{name} is said not to exist (404)"),
        ("元数据缺失仍报成功", "it reports success although metadata are missing"),
    )  # fmt: skip
    def missing(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.ship()
        s.metadata(name, mode="missing")
        yield s.refuse()


for _name in _METADATA:
    _endless(_name)
for _name in _METADATA[1:]:
    _dropped(_name)


@scenario(
    "endless-data.image", _WHOLE, "U-R5 U-I2",
    ("软件包声明长度之后仍无穷续发", "the image goes on without end after its declared length"),
    ("超过声明长度仍继续下载", "it goes on downloading beyond the declared length"),
)  # fmt: skip
def endless_image(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    s.target(BRAKE, s.images[BRAKE], "endless")
    yield s.either(limit_byte=MOST_BYTE, impatient=True)


@scenario(
    "endless-data.heavy-timestamp", ALL, "U-R5",
    ("时间戳签名真实，但填充到 20 MiB", "a truly signed timestamp, padded to 20 MiB"),
    ("没有长度上限", "it knows no upper bound of length"),
)  # fmt: skip
def heavy_timestamp(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    s.metadata("timestamp.json", s.repo.metadata["timestamp.json"] + b" " * _HEAVY_BYTE)
    yield s.refuse(limit_byte=MOST_BYTE)


@scenario(
    "endless-data.targets-longer-than-listed", ALL, "U-R5 U-G1",
    ("目标元数据比快照所列长度多出填充", "targets metadata padded beyond the length in the snapshot"),
    ("不核对声明的长度", "it does not keep to the declared length"),
)  # fmt: skip
def longer_targets(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    s.metadata("targets.json", s.repo.metadata["targets.json"] + b" " * 4096)
    yield s.refuse()


@scenario(
    "endless-data.image-appended", _WHOLE, "U-I2",
    ("软件包末尾追加内容", "bytes are appended to the image"),
    ("安装了声明长度以外的内容", "it keeps bytes beyond the declared length"),
)  # fmt: skip
def appended(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    s.target(BRAKE, s.images[BRAKE] + b"appended" * 512)
    yield s.either()


@scenario(
    "endless-data.many-root-versions", ALL, "U-R1 U-R5",
    ("连续二十个真实的新根：须全部跟上", "twenty true new roots in a row: must follow all"),
    ("根轮换稍多就跟不上", "it cannot follow a longer chain of roots"),
)  # fmt: skip
def many_roots(s: Stage) -> Iterator[Step]:
    yield s.control()
    for _ in range(20):
        s.repo.new_root(*s.repo.rotate("root"))
    s.ship()
    yield s.accept("download", trusted={"root": 21})


def _slow(name: str) -> None:
    @scenario(
        f"slow-retrieval.{name.removesuffix('.json')}", ALL, "U-I3",
        (f"{_ZH[name]}逐字节慢发", f"{name} drips byte by byte"),
        ("不设最低速率，升级被无限拖住而无人得知", "it knows no lowest rate: an update is held up for ever and nobody is told"),
    )  # fmt: skip
    def slow(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.ship()
        s.metadata(name, s.repo.metadata[name], "drip", poison=False)
        yield s.refuse(impatient=True)


_slow("timestamp.json")


@scenario(
    "slow-retrieval.image", _WHOLE, "U-I3",
    ("软件包逐字节慢发", "the image drips byte by byte"),
    ("不设最低速率，升级被无限拖住而无人得知", "it knows no lowest rate: an update is held up for ever and nobody is told"),
)  # fmt: skip
def slow_image(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    s.target(BRAKE, s.images[BRAKE], "drip")
    yield s.refuse("download", impatient=True)


@scenario(
    "drop-request.image", _WHOLE, "U-E1",
    ("软件包的请求被断开", "the request for the image is dropped"),
    ("没有取到软件包仍报成功", "it reports success without the image"),
)  # fmt: skip
def dropped_image(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    s.target(BRAKE, mode="closed")
    yield s.refuse("download")


@scenario(
    "drop-request.image-cut-in-half", _WHOLE, "U-I2 U-E1",
    ("软件包传到一半断开", "the connection ends in the middle of the image"),
    ("把不完整的软件包当作完整", "it takes half an image for a whole one"),
)  # fmt: skip
def cut_image(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    s.target(BRAKE, s.images[BRAKE], "cut")
    yield s.refuse("download")


_DOWN = (("failing", "failing", "服务器对一切请求答 503", "the server answers 503 to everything"), ("unreachable", "closed", "服务器断开一切连接", "the server closes every connection"),
         ("silent", "silent", "服务器接受连接后一言不发", "the server accepts connections and says nothing"))  # fmt: skip


def _down(name: str, mode: str, zh: str, en: str) -> None:
    @scenario(
        f"denial-of-service.{name}", _WHOLE, "U-E1",
        (f"{zh}：须限时报错、保留旧状态、恢复后可用", f"{en}: the client must say so in time, keep what it has, and work again afterwards"),
        ("仓库不可用时卡死、丢失状态或谎报成功", "with the repository down it hangs, loses its state or reports success"),
    )  # fmt: skip
    def down(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.everywhere = Answer(b"", mode, attack=True)  # type: ignore[arg-type]
        yield s.refuse(impatient=True)


for _case in _DOWN:
    _down(*_case)


_HOSTILE: tuple[tuple[str, bytes, str, str], ...] = (
    ("deep-nesting", b'{"signed":' + b"[" * 200_000 + b"]" * 200_000 + b',"signatures":[]}', "嵌套二十万层", "nested 200,000 deep"),
    ("no-json", b"<html>404</html>", "不是 JSON", "no JSON"),
    ("invalid-utf8", b'{"signed":{"_type":"\xff\xfe"},"signatures":[]}', "不是合法的 UTF-8", "no valid UTF-8"),
    ("empty", b"", "为空", "empty"),
    ("list", b"[]", "是列表", "a list"),
    ("no-signed-part", b'{"signatures":[]}', "缺少 signed 部分", "without its signed part"),
    ("huge-number", b'{"signed":{"version":1' + b"0" * 100_000 + b'},"signatures":[]}', "含十万位整数", "with a number of 100,000 digits"),
)


def _hostile(name: str, data: bytes, zh: str, en: str) -> None:
    @scenario(
        f"denial-of-service.timestamp-{name}", ALL, "U-E1",
        (f"时间戳{zh}", f"the timestamp is {en}"),
        ("遇到恶意输入崩溃、卡死或放行", "hostile input makes it crash, hang or pass"),
    )  # fmt: skip
    def hostile(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.metadata("timestamp.json", data)
        yield s.refuse(impatient=True)


for _input in _HOSTILE:
    _hostile(*_input)


@scenario(
    "eavesdrop.unknown-authority", _WHOLE, "U-E1",
    ("TLS 服务器证书由不受信任的机构签发", "the certificate of the TLS server is of an unknown authority"),
    ("不验证服务器证书，任何人都能在线路上读取", "it does not verify the server's certificate: anybody on the line can read"),
    wire=True, optional=True,
)  # fmt: skip
def unknown_authority(s: Stage) -> Iterator[Step]:
    yield s.control(source="tls")
    s.ship()
    yield s.refuse(source="tls-unknown")


@scenario(
    "eavesdrop.certificate-of-another-name", _WHOLE, "U-E1",
    ("TLS 服务器证书属于另一域名", "the certificate of the TLS server is for another name"),
    ("不核对证书中的名称", "it does not compare the name in the certificate"),
    wire=True, optional=True,
)  # fmt: skip
def other_name(s: Stage) -> Iterator[Step]:
    yield s.control(source="tls")
    s.ship()
    yield s.refuse(source="tls-other-name")


@scenario(
    "eavesdrop.redirected-to-plain-text", _WHOLE, "U-E1",
    ("TLS 服务器把请求转到明文地址", "the TLS server redirects to a plain-text address"),
    ("跟随转向离开加密通道，软件与车辆信息以明文传输", "it follows the redirect out of the protected connection: software and requests travel in plain text"),
    wire=True, optional=True,
)  # fmt: skip
def to_plain_text(s: Stage) -> Iterator[Step]:
    yield s.control(source="tls")
    s.ship()
    s.everywhere = Answer(b"", "redirect", attack=True)
    yield s.refuse(source="tls")
