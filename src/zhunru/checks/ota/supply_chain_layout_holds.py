"""What was done to the software follows the layout that the owner laid down."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any, NamedTuple

from zhunru.core.check import check
from zhunru.core.errors import EvidenceError
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_package import UpdatePackage
from zhunru.tables.in_toto_document import InTotoDocument
from zhunru.wire.canonical_json import encode
from zhunru.wire.in_toto import Document, Layout, document_of
from zhunru.wire.in_toto_chain import CHAIN_RULES, Chain, judge_chain
from zhunru.wire.package_rules import Fault
from zhunru.wire.package_trust import Trust, Trusted
from zhunru.wire.signature import public_key_of, sign

_MATTERS = frozenset({"supply-chain", "layout", "供应链", "供应链布局", "布局"})
"""Words of a trust anchor that let its key sign layouts."""


class _Read(NamedTuple):
    """A document of the evidence; `document` is None when it cannot be read."""

    source: str
    digest: str
    document: Document | None


@check(
    "miit-2021-103/3.3",
    "gb-44496-2024/4.4.1",
    title_zh="软件供应链符合所有者签署的布局",
    since="0.2",
)
def supply_chain_layout_holds(
    documents: InTotoDocument, anchors: list[TrustAnchor] | None, packages: list[UpdatePackage] | None, as_of: date
) -> Iterator[Finding]:
    """Every step was carried out by enough of those who may, on what the steps before made, and the released package came out of it.

    Why:
        A package can be signed in good faith over software that somebody changed on its way. The links of the steps show who did what to which
        bytes.

    为什么:
        软件可能在构建途中被替换，最后的签名却是真的。逐步的链接记录表明谁对哪些内容做了什么，布局规定谁可以做、做什么。

    How it decides:
        1. Read the layouts and links. No layout: gap. A document that cannot be read: gap.
        2. A layout counts when a trusted key signed it that counts on the day of assessment, and the layout has not expired.
        3. A step counts when as many authorised keys as it asks for, each once however it is named, signed links that agree.
        4. The artefact rules of a step are applied in order: CREATE, DELETE, MODIFY, ALLOW and MATCH take what they cover, DISALLOW and
           REQUIRE look at what is left. A broken rule, a wrong signature or an expired layout is a breach.
        5. Inspections are commands: they are never run. Without a record of them that an owner signed they are a gap.
        6. A step whose rules do not end by disallowing the rest lets anything pass: gap. So does a command that is not the expected one.
        7. A package of the ledger that is no product of any layout that holds: gap.

    Inconclusive:
        A step without a link, an inspection without a record, no trust anchor, a key of a kind that is not supported (GPG, certificates), a
        layout that leaves artefacts open, a package that the chain does not reach.

    Not covered:
        Whether the steps did what they say: a link is the word of who signed it. Layouts of their own in place of a step; parameters in
        layouts; attestations of the form Statement.

    未覆盖:
        各步骤是否真如链接所述（链接是签署者的陈述）。不检查以子布局代替的步骤、布局中的参数以及 Statement 形式的证明。

    Args:
        documents: Layouts and links.
        anchors: Keys whose signatures count.
        packages: Ledger of packages.
        as_of: Day of assessment.

    References:
        in-toto specification 1.0, 5.2; GB 44496-2024 4.4.1; docs/adr/0017-packages-and-signatures.md.
    """
    # (1) what there is
    read = [_read(row) for row in documents.collect().sort("source", "sha256").iter_rows(named=True)]
    for each in read:
        if each.document is None:
            yield gap("in-toto 文件无法读取", "an in-toto document cannot be read", source=each.source)
    layouts = {r.digest: r for r in read if r.document and r.document.kind == "layout"}
    links = list({r.digest: r.document for r in read if r.document and r.document.kind == "link"}.values())
    if not layouts:
        yield gap("没有供应链布局", "there is no layout", documents=len(read))
    trusted = Trusted(
        tuple(_trust(a) for a in anchors or [] if not a.matters or {bare(m) for m in a.matters} & _MATTERS), (), (_noon(as_of),)
    )
    made: set[str] = set()
    for each in layouts.values():
        if each.document is None:
            continue
        chain = judge_chain(each.document, links, trusted)
        faults = _by_the_day(each.document, chain.faults, as_of)
        made |= chain.products if not faults else set()
        yield from _told(each.source, chain, faults)
    if layouts:
        yield from _reached(packages or [], made)


def _read(row: dict[str, Any]) -> _Read:
    try:
        document = document_of(row["document"])
    except EvidenceError:
        document = None
    return _Read(row["source"], row["sha256"], document)


def _trust(anchor: TrustAnchor) -> Trust:
    return Trust(
        anchor.key_id, anchor.public_key or "", anchor.valid_from, anchor.valid_until, anchor.revoked_on, not anchor.origin.problems
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), CHINA).astimezone(UTC)


def _by_the_day(layout: Document, faults: tuple[Fault, ...], day: date) -> list[Fault]:
    """A layout that expires in the course of the day may hold or not: the hour of the assessment is not part of it."""
    first, last = (datetime.combine(day, moment, CHINA) for moment in (time.min, time.max))
    if not isinstance(layout.body, Layout) or not first <= layout.body.expires <= last:
        return list(faults)
    return [*(f for f in faults if f.rule != "layout_expired"), Fault("layout_expired", sure=False, at=str(day))]


def _told(source: str, chain: Chain, faults: list[Fault]) -> Iterator[Finding]:
    # what (2) owner, (3) functionaries, (4) artefacts and (5) inspections came to: one finding per rule
    for rule in sorted({f.rule for f in faults}):
        mine = [f for f in faults if f.rule == rule]
        first = min(mine, key=lambda f: (not f.sure, f.at))
        kind = breach if first.sure else gap
        yield kind(CHAIN_RULES[rule].zh, CHAIN_RULES[rule].en, source=source, rule=rule, where=first.at, places=len(mine))
    # (6) rules that cannot fail
    for step in sorted(set(chain.open_ended)):
        yield gap("步骤规则未以禁止其余制品结束", "the rules of a step do not end by disallowing the rest", source=source, step=step)
    for step in sorted(chain.other_commands):
        yield gap("实际命令与布局不同", "the command is not the expected one", source=source, step=step)
    if not faults:
        yield ok("供应链符合布局", "the chain follows the layout", source=source, products=len(chain.products))


def _reached(packages: list[UpdatePackage], made: set[str]) -> Iterator[Finding]:
    # (7) does it end in what is released?
    for package in packages:
        digest = digest_of(package.digest)
        if digest is None or digest.removeprefix("sha256:") not in made:
            yield gap("升级包不是任何成立的供应链的产物", "a package is no product of a chain that holds", at=package.origin,
                      package=package.package)  # fmt: skip
        else:
            yield ok("升级包出自供应链", "the package came out of the chain", at=package.origin, package=package.package)


# Examples: the seeds are public, so the keys prove nothing outside of them.
_OWNER, _WORKER = bytes(range(32)), bytes(range(1, 33))
_MADE = "5a" * 32


def _document(kind: str, body: dict[str, Any], seed: bytes, key_id: str) -> dict[str, Any]:
    mark = {"keyid": key_id, "sig": sign(encode(body), seed)}
    raw = encode({"signed": body, "signatures": [mark]})
    return {"kind": kind, "document": raw, "sha256": sha256(raw).hexdigest()}


def _example(
    *, worker: bytes = _WORKER, product: str = "update.zip", links: bool = True
) -> tuple[InTotoDocument, list[TrustAnchor] | None, list[UpdatePackage] | None, date]:
    key = {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": public_key_of(_WORKER)}}
    rest = ["DISALLOW", "*"]
    step = {"_type": "step", "name": "package", "threshold": 1, "pubkeys": ["w"], "expected_command": []}
    step |= {"expected_materials": [rest], "expected_products": [["CREATE", "update.zip"], rest]}
    layout = {"_type": "layout", "expires": "2027-06-30T00:00:00Z", "keys": {"w": key}, "steps": [step], "inspect": []}
    link = {"_type": "link", "name": "package", "materials": {}, "products": {product: {"sha256": _MADE}}, "command": [], "byproducts": {}}
    rows = [_document("layout", layout, _OWNER, "o"), _document("link", link, worker, "w")]
    return (
        InTotoDocument.rows(*rows[: 2 if links else 1]),
        [TrustAnchor(key_id="o", public_key=public_key_of(_OWNER), valid_from=date(2026, 1, 1))],
        [UpdatePackage(campaign="U-1", package="update.zip", digest=f"sha256:{_MADE}")],
        date(2026, 9, 1),
    )


@supply_chain_layout_holds.example(Verdict.PASS)
def packaged_by_who_may() -> tuple[Any, ...]:
    """The one step was carried out by its functionary, and made the released package."""
    return _example()


@supply_chain_layout_holds.example(Verdict.FAIL)
def something_else_came_out() -> tuple[Any, ...]:
    """The step made a file that the layout does not allow."""
    return _example(product="backdoor.zip")


@supply_chain_layout_holds.example(Verdict.FAIL)
def signed_by_a_stranger() -> tuple[Any, ...]:
    """The link names its functionary and was signed by somebody else."""
    return _example(worker=bytes(32))


@supply_chain_layout_holds.example(Verdict.INCONCLUSIVE)
def step_without_a_link() -> tuple[Any, ...]:
    """Nobody recorded the step."""
    return _example(links=False)
