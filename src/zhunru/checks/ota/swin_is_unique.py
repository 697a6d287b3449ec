"""Each software identification number and each version means one thing."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import Origin
from zhunru.core.verdict import Verdict
from zhunru.formulas.coding_rule import follows
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.swin_entry import SwinEntry

_Key = tuple[str, str, str]


@check("miit-2021-103/4.4", "gb-44496-2024/4.1.3.a", "gb-44496-2024/4.2.1", title_zh="软件识别码与软件版本标识唯一", since="0.2")
def swin_is_unique(entries: list[SwinEntry], units: list[SoftwareUnit] | None) -> Iterator[Finding]:
    """Each SWIN stands for one system of one type and obeys its coding rule; each ECU, hardware and version has one content.

    Why:
        A number that stands for two systems, or a version with two contents, identifies nothing.

    为什么:
        一个识别码代表两个系统，或一个版本号对应两种内容，就无从识别车上到底是什么软件。

    How it decides:
        1. Rows of one SWIN that name two systems or two products: breach; a row that names none: gap.
        2. A SWIN that does not fulfil the coding rule of its rows: breach; no rule, or one that is not understood: gap.
        3. Versions of ECUs in the register, and of units that matter for approval or recall in the bills of software, are collected by ECU,
           hardware and version. Two digests for one key: breach; hardware, version or digest missing or unreadable: gap.

    Inconclusive:
        No SWIN is registered; system, product, coding rule, hardware, version or digest is missing or unreadable.

    Not covered:
        Whether another maker uses the same number. Whether the digest is that of the real package: that is the check of package digests.

    未覆盖:
        其他企业是否使用相同识别码；摘要是否为实际升级包的摘要（见升级包校验）。

    Args:
        entries: Register of numbers.
        units: Bills of software.

    References:
        GB 44496-2024 4.1.3 a), 4.2.1; UN R156 7.1.1.2, 7.2.1.2.1; ota-and-recorders.md 1.2.
    """
    if not entries:
        yield gap("没有登记的软件识别码", "no SWIN is registered")
    rows: dict[str, list[SwinEntry]] = {}
    for entry in entries:
        rows.setdefault(bare(entry.swin), []).append(entry)
    for same in rows.values():
        yield _one_meaning(same)
        yield from _by_rule(same)
    yield from _one_content(entries, units or [])


def _one_meaning(same: list[SwinEntry]) -> Finding:
    # (1) one system of one type
    systems = {bare(e.system) for e in same if e.system}
    products = {bare(e.product) for e in same if e.product}
    where, name = same[0].origin, same[0].swin
    if len(systems) > 1 or len(products) > 1:
        return breach(
            "同一软件识别码用于不同系统或车型", "one SWIN stands for different systems or types", at=where, swin=name,
            systems="; ".join(sorted(systems)), products="; ".join(sorted(products)),
        )  # fmt: skip
    if any(e.system is None or e.product is None for e in same):
        return gap("识别码未注明系统或车型", "the system or the type of a SWIN is not told", at=where, swin=name)
    return ok("识别码只对应一个系统和车型", "the SWIN stands for one system of one type", at=where, swin=name)


def _by_rule(same: list[SwinEntry]) -> Iterator[Finding]:
    # (2) the coding rule parses it
    where, name = same[0].origin, same[0].swin
    rules = sorted({e.coding_rule for e in same if e.coding_rule})
    if not rules:
        yield gap("识别码没有编码规则", "the SWIN has no coding rule", at=where, swin=name)
    for rule in rules:
        told = follows(name, rule)
        if told is None:
            yield gap("编码规则无法理解", "the coding rule is not understood", at=where, swin=name, rule=rule)
        elif told:
            yield ok("识别码符合编码规则", "the SWIN obeys its coding rule", at=where, swin=name, rule=rule)
        else:
            yield breach("识别码不符合编码规则", "the SWIN breaks its coding rule", at=where, swin=name, rule=rule)


def _one_content(entries: list[SwinEntry], units: list[SoftwareUnit]) -> Iterator[Finding]:
    # (3) one digest per ECU, hardware and version
    digests: dict[_Key, dict[str | None, Origin]] = {}
    rows: list[SwinEntry | SoftwareUnit] = [*entries]
    rows += [u for u in units if u.approval_relevant is not False or u.recall_relevant is not False]
    for row in rows:
        if row.version is None or row.hardware is None:
            yield gap("控制器的硬件或软件版本缺失", "the hardware or the version of an ECU is missing", at=row.origin, ecu=row.ecu)
            continue
        key = (bare(row.ecu), bare(row.hardware), bare(row.version))
        digests.setdefault(key, {}).setdefault(digest_of(row.digest), row.origin)
    for (ecu, hardware, version), found in sorted(digests.items()):
        facts: dict[str, Any] = {"ecu": ecu, "hardware": hardware, "version": version}
        known = [d for d in found if d]
        where = found[known[0]] if known else next(iter(found.values()))
        if len(known) > 1:
            yield breach("同一软件版本有不同的摘要", "one version has different digests", at=where, digests=len(known), **facts)
        elif None in found:
            yield gap("软件版本的摘要缺失或无法识别", "the digest of a version is missing or unreadable", at=found[None], **facts)
        else:
            yield ok("软件版本只有一个摘要", "the version has one digest", at=where, **facts)


_RULE = r"R\d{3}-[A-Z]{3}-\d{4}"
_DIGEST, _OTHER = "sha256:" + "5a" * 32, "sha256:" + "a5" * 32


def _entry(**changed: object) -> SwinEntry:
    plain = {"swin": "R079-ABC-0001", "ecu": "EPS", "version": "1.2", "hardware": "H1", "system": "转向", "product": "样车一号"}
    return SwinEntry.model_validate(plain | {"digest": _DIGEST, "coding_rule": _RULE} | changed)


@swin_is_unique.example(Verdict.PASS)
def one_number_one_system() -> tuple[list[SwinEntry], None]:
    """Two ECUs under one number."""
    return [_entry(), _entry(ecu="EPS-B", digest=_OTHER)], None


@swin_is_unique.example(Verdict.FAIL)
def one_number_for_two_systems() -> tuple[list[SwinEntry], None]:
    """Steering and braking share a number."""
    return [_entry(), _entry(ecu="ESC", system="制动")], None


@swin_is_unique.example(Verdict.FAIL)
def a_version_built_twice() -> tuple[list[SwinEntry], list[SoftwareUnit]]:
    """The bill of software has the same version with another content."""
    unit = {"baseline": "B1", "ecu": "EPS", "version": "1.2", "hardware": "H1", "digest": _OTHER, "approval_relevant": "是"}
    return [_entry()], [SoftwareUnit.model_validate(unit)]


@swin_is_unique.example(Verdict.FAIL)
def number_against_its_rule() -> tuple[list[SwinEntry], None]:
    """A letter where the rule wants a digit."""
    return [_entry(swin="R079-ABC-00O1")], None


@swin_is_unique.example(Verdict.INCONCLUSIVE)
def digest_missing() -> tuple[list[SwinEntry], None]:
    """Nobody wrote the integrity value down."""
    return [_entry(digest="")], None
