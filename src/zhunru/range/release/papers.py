"""Filings, approval, reports, assessments, capability documents, drill, archive, review and acceptances of the release."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.record import Record
from zhunru.range.packages import trusted
from zhunru.range.release.story import AFTER, BODY, BOTH, KEY_ID, LAB, Story, made
from zhunru.records.acceptance import Acceptance
from zhunru.records.approval import Approval, signed_bytes
from zhunru.records.assessment_table import AssessmentTable
from zhunru.records.capability_document import CapabilityDocument
from zhunru.records.exercise import Exercise
from zhunru.records.filing import Filing
from zhunru.records.impact_assessment import ImpactAssessment
from zhunru.records.review import Review
from zhunru.records.test_report import TestReport
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_archive import UpdateArchive
from zhunru.wire.signature import public_key_of, sign

_OPINION = "miit-2021-103"
ACCEPTED = ("3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "4.1", "4.2", "4.3", "4.4", "4.5")
REVIEWS = (
    ("gb-44496-2024/8", "手册写明升级能力与失败后的安全状态", "用户手册 V3 第12章"),
    ("gb-44496-2024/4.4.2", "发布须两人授权，访问日志完整", "发布系统审计 2026-07"),
    ("gb-44495-2024/7.3.2.1", "车载升级系统启动与通信受保护", "GB 44495 检验报告 BG-9"),
    ("gb-44495-2024/7.3.2.3", "升级事件日志受保护", "GB 44495 检验报告 BG-9"),
    ("eidc-2022-04-15/notice", "告知内容与渠道符合通知", "通知单 TZ-7 V1"),
    ("miit-2025-45/annex-1", "管理与技术指南逐条对照", "对照表 DZ-3"),
    ("miit-2025-45/annex-2", "组合辅助与升级附加参数已备案", "备案参数表 BP-5"),
)
"""What no check judges: clause, what the person found, document."""
_CAPABILITIES = ("impact", "verification", "assurance", "record", "key_management", "notification")


def records(story: Story) -> Iterator[Record]:
    """Yield the papers."""
    yield from _filings(story)
    yield from approvals(story)
    yield from _reports(story)
    yield from _assessments(story)
    yield from _capability(story)
    for number in ACCEPTED:
        yield made(Acceptance, clause=f"{_OPINION}/{number}", person="钱总", day=story.on(3), reason="限值按企业规范 Q/SL 7 采用")
    for clause, text, paper in REVIEWS:
        yield made(Review, clause=clause, verdict="PASS", person="孙工", day=story.on(60), text=text, evidence=paper)


def approvals(story: Story, **changed: Any) -> Iterator[Record]:
    """Yield the signed approvals of each package, of automated driving and of the changed entries, and the keys.

    Args:
        story: Seed and day.
        changed: Laid over each approval before it is signed.
    """
    every = "; ".join(f.id for f in story.functions)
    both = [(matter, digest) for matter in story.matters for digest in story.digests]
    for number, (matter, digest) in enumerate(both):
        plain = {
            "id": f"SP-2026-{story.approval + number:03d}", "matter": matter, "product": story.car, "digest": digest, "functions": every,
            "issued_by": BODY, "valid_from": story.on(20), "valid_until": story.on(-60), "state": "signed", "key_id": KEY_ID,
        }  # fmt: skip
        yield signed(Approval.model_validate(plain | changed), story.private())
    yield made(
        TrustAnchor, key_id=KEY_ID, holder=BODY, public_key=public_key_of(story.private()), matters="; ".join(story.matters),
        valid_from=story.on(300), valid_until=story.on(-300),
    )  # fmt: skip
    for key in trusted(story.seed).keys[:1]:
        yield made(
            TrustAnchor, key_id=key.key_id, holder="示例软件签名中心", public_key=key.public_key, matters="update-package", valid_from=story.on(300),
            valid_until=story.on(-300),
        )  # fmt: skip


def signed(approval: Approval, private: bytes) -> Approval:
    """Return the approval with a signature over its content."""
    return approval.model_copy(update={"signature": sign(signed_bytes(approval), private)})


def _filings(story: Story) -> Iterator[Record]:
    plain = {"authority": "; ".join(BOTH), "state": "accepted", "receipt_digest": story.digest("receipt", "1")}
    yield made(
        Filing, id="BA-Q-1", matter="enterprise", filed_on=story.on(story.approved - 10), accepted_on=story.on(story.approved - 20), receipt="HZ-1", **plain
    )  # fmt: skip
    yield made(
        Filing, id="BA-C-1", matter="model_function", product=story.car, functions="; ".join(f.id for f in story.functions), filed_on=story.on(story.approved - 30),
        accepted_on=story.on(story.approved - 40), receipt="HZ-2", **plain,
    )  # fmt: skip
    yield made(
        Filing, id="BA-H-1", matter="activity", product=story.car, functions=story.touched, campaign=story.campaign, digests="; ".join(story.digests),
        baseline_after=AFTER, filed_on=story.on(18), accepted_on=story.on(12), receipt="HZ-3", parameters_attached=False, **plain,
    )  # fmt: skip
    yield made(
        Filing, id="BA-S-1", matter="samr_table", product=story.car, campaign=story.campaign, digests="; ".join(story.digests), filed_on=story.on(30),
        accepted_on=story.on(25), receipt="HZ-4", **plain,
    )  # fmt: skip
    yield made(
        AssessmentTable, campaign=story.campaign, ota_kind="technical_service", period="30天", vehicles=f"{story.car} {len(story.targets)}辆", origin_of_need="功能改进",
        before="条件不满足不执行", during="失败恢复原版本", after="提示联系服务站", person="周工",
    )  # fmt: skip


def _reports(story: Story) -> Iterator[Record]:
    for number, (matter, standard, ahead) in enumerate((
        ("assurance", "GB 44496-2024", 300), ("vehicle", "GB 44496-2024", 35), ("verification", "Q/SL 12", 34), ("analysis", "Q/SL 13", 33),
        ("conformity", story.regulation, 30),
    )):  # fmt: skip
        yield made(
            TestReport, id=f"BG-{number + 1}", matter=matter, standards=standard, product=story.car,
            campaign=None if matter == "assurance" else story.campaign, digests=None if matter == "assurance" else "; ".join(story.digests),
            baseline=None if matter == "assurance" else AFTER, laboratory=LAB, accreditation="CNAS L0000", issued_on=story.on(ahead),
            valid_until=story.on(-300), verdict="PASS", open_blockers="0",
        )  # fmt: skip


def _assessments(story: Story) -> Iterator[Record]:
    for ecu in story.updated:
        main = ecu.name == story.functions[0].ecu
        ads = main and story.drives_itself
        yield made(
            ImpactAssessment, campaign=story.campaign, ecu=ecu.name, system=ecu.system, entries_change=ads, entries_reason="设计运行条件变更" if ads else "不涉及",
            results_cover=not ads, results_reason="已补充试验 BG-2" if ads else "不涉及", approval_affected=ads,
            approval_reason=f"须审批 {story.approvals[0]}" if ads else "不涉及", function_affected=main, function_reason=story.functions[0].title if main else "不涉及",
            may_affect_driving=main, may_affect_safety=main, decided_on=story.on(50), person="吴工",
        )  # fmt: skip


def _capability(story: Story) -> Iterator[Record]:
    for name in _CAPABILITIES:
        plain = {"capability": name, "owner": "软件升级部", "approved_by": "总工", "clauses": "4.1.1"}
        yield made(CapabilityDocument, id=f"WJ-{name}", form="document", title=name, version="B/2", approved_on=story.on(250), **plain)
        yield made(CapabilityDocument, id=f"JL-{name}", form="record", title=name, version="1", approved_on=story.on(40), **plain)
    yield made(
        CapabilityDocument, id="WJ-emergency", capability="emergency", form="document", title="应急预案", version="B/1", owner="软件升级部",
        approved_on=story.on(240), approved_by="总工", clauses="4.4.4",
    )  # fmt: skip
    yield made(
        Exercise, id="YL-1", plan="WJ-emergency", scenario="推送至非目标车辆", injected_at=story.at(90), detected_at=story.at(90, 180),
        stopped_at=story.at(90, 420), recovered_at=story.at(90, 3600), notified_at=story.at(90, 3700), executed_on_wrong=False, person="郑工",
    )  # fmt: skip
    for content in ("processes", "configuration", "swin", "targets", "dossier"):
        digest = story.digest("archive", content)
        yield made(
            UpdateArchive, campaign=story.campaign, archived_file=f"{story.campaign}-{content}.zip", content=content, product=story.car, digest_archived=digest,
            digest_verified=digest, verified_on=story.on(2), archived_on=story.on(4), in_production=True, place="档案库", person="档案员",
        )  # fmt: skip
