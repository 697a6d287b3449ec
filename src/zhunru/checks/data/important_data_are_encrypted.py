"""Important data are checked for integrity and encrypted, at rest and on the way."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.asset_marks import holds_important
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_protection_measure import DataProtectionMeasure
from zhunru.records.told import told

_UNNAMED: Final = frozenset({"是", "有", "已", "y", "yes", "true", "1", "√", "✓", "✔", "☑", "加密", "已加密", "已采用", "encrypted"})
"""Words that say that there is a technique, and not which."""
_ASKED: Final = {"storage": ("checksum", "cryptography"), "transmission": ("checksum", "cryptography", "secure_channel")}
_WEAK: Final = (
    "des-",
    "des/",
    "rc4",
    "ecb",
    "md5",
    "sha-1",
    "sha1",
    "ssl",
    "tls1.0",
    "tls1.1",
    "tlsv1.0",
    "tlsv1.1",
    "rsa-1024",
    "base64",
)


@check("miit-2021-103/1.5", "miit-2022-166/15", "miit-2022-166/17", title_zh="重要数据在存储和传输中采用校验与密码技术", since="0.3")
def important_data_are_encrypted(measures: list[DataProtectionMeasure], assets: list[DataAsset]) -> Iterator[Finding]:
    """Each asset with important data has a checksum and cryptography in storage and transmission, and a secure channel, all verified.

    Why:
        What matters to the country must stay secret and unaltered even when a disk or a line is lost.

    为什么:
        即使丢失磁盘或线路被窃听，重要数据也应保密且不被篡改。

    How it decides:
        1. Assets that are marked important or graded important or core; neither told: gap.
        2. Storage asks for checksum and cryptography, transmission for a secure channel too. A measure says that there is none: breach; gap when
           another row of that asset and stage has it, for part of the asset may lie or travel without.
        3. Named and verified: ok. Blank, only said to exist, not verified, or a technique that is known to be broken: gap, since a person must look.
        4. No row for the stage: gap. No important asset: gap.

    Inconclusive:
        Assets or measures are not told or not verified, or a technique is weak by our list.

    Not covered:
        Whether the measure works: captures and dumps tell. The list of weak techniques is our proposal.

    未覆盖:
        措施是否有效，由抓包和转储判定。弱算法清单为本项目建议。

    Args:
        measures: Protection of assets.
        assets: Data assets.

    References:
        MIIT data measures 166号 articles 15, 17; data-and-cyber.md 6.8 (P).
    """
    # (1) which assets
    important = [a for a in assets if holds_important(a)]
    for asset in assets:
        if holds_important(asset) is None:
            yield gap("是否为重要数据未说明", "whether the asset is important is not told", at=asset.origin, asset=asset.id)
    for asset in important:
        names = {bare(n) for n in (asset.id, asset.name) if n}
        mine = [m for m in measures if bare(m.asset) in names]
        for stage, asked in _ASKED.items():
            yield _judged(asset, stage, asked, [m for m in mine if m.stage == stage])
    # (4) nothing
    if not important:
        yield gap("台账中没有重要数据", "the ledger has no important data", assets=len(assets))


def _judged(asset: DataAsset, stage: str, asked: Sequence[str], measures: Sequence[DataProtectionMeasure]) -> Finding:
    facts: dict[str, Any] = {"at": asset.origin, "asset": asset.id, "stage": stage}
    if not measures:  # (4)
        return gap("该环节没有保护措施记录", "no measure is listed for this stage", **facts)
    cells = {name: [getattr(m, name) for m in measures] for name in asked}
    says = {name: {told(c) for c in found} for name, found in cells.items()}
    # (2) none
    lacking = [n for n, t in says.items() if t == {"none"}]
    if lacking:
        return breach("未采用校验、密码或安全通道", "no checksum, cryptography or secure channel", **facts, missing="; ".join(lacking))
    # (3) named and verified
    weak = sorted({c for found in cells.values() for c in found if c and any(w in f"{bare(c)}-" for w in _WEAK)})
    if weak:
        return gap("采用了已知的弱技术", "a technique that is known to be weak", **facts, technique="; ".join(weak))
    unnamed = any("yes" not in t or "none" in t for t in says.values()) or any(bare(c or "") in _UNNAMED for f in cells.values() for c in f)
    if unnamed or not all(m.verified for m in measures):
        return gap("保护措施未说明或未验证", "measures are not told or not verified", **facts)
    return ok("采用校验与密码技术并经验证", "checksum and cryptography, verified", **facts)


_Case = tuple[list[DataProtectionMeasure], list[DataAsset]]


def _case(**changed: object) -> _Case:
    plain = {"asset": "A-1", "checksum": "SM3", "cryptography": "SM4-GCM", "verified": "是"}
    rows = [plain | {"stage": "存储"} | changed, plain | {"stage": "传输", "secure_channel": "TLS 1.3"}]
    return [DataProtectionMeasure.model_validate(r) for r in rows], [
        DataAsset.model_validate({"id": "A-1", "important": "是", "grade": "重要"})
    ]


@important_data_are_encrypted.example(Verdict.PASS)
def both_stages() -> _Case:
    """SM4 with SM3 at rest, TLS 1.3 on the way."""
    return _case()


@important_data_are_encrypted.example(Verdict.FAIL)
def stored_in_clear() -> _Case:
    """No cryptography at rest."""
    return _case(cryptography="未加密")


@important_data_are_encrypted.example(Verdict.INCONCLUSIVE)
def weak_cipher() -> _Case:
    """A cipher that is known to be broken."""
    return _case(cryptography="3DES")
