"""Words of the reports in both languages, shared by every format: verdicts, themes, kinds, evidence states."""

from collections import Counter
from collections.abc import Iterable

from zhunru.core.result import ClauseResult, Saying
from zhunru.core.verdict import Verdict

NOT_ASSESSED = "NOT_ASSESSED"

ORDER: tuple[str, ...] = ("FAIL", "ERROR", "INCONCLUSIVE", "MISSING", NOT_ASSESSED, "PASS", "NOT_APPLICABLE")
"""Worst first; what nobody assessed stands before what passed."""

VERDICTS: dict[str, Saying] = {
    "FAIL": Saying(zh="不通过", en="FAIL"),
    "ERROR": Saying(zh="检查出错", en="ERROR"),
    "INCONCLUSIVE": Saying(zh="无法判定", en="INCONCLUSIVE"),
    "MISSING": Saying(zh="缺少证据", en="MISSING"),
    NOT_ASSESSED: Saying(zh="未评估", en="NOT ASSESSED"),
    "PASS": Saying(zh="通过", en="PASS"),
    "NOT_APPLICABLE": Saying(zh="不适用", en="NOT APPLICABLE"),
}

MEANINGS: dict[str, Saying] = {
    "FAIL": Saying(zh="证据显示违反要求", en="the evidence shows a breach"),
    "ERROR": Saying(zh="检查程序中断，没有结论", en="the check itself broke; there is no answer"),
    "INCONCLUSIVE": Saying(zh="有证据，但不足以判断", en="there is evidence, but not enough to tell"),
    "MISSING": Saying(zh="没有提供所需证据", en="the evidence that is needed was not given"),
    NOT_ASSESSED: Saying(zh="尚无检查覆盖该条款", en="no check covers this clause yet"),
    "PASS": Saying(
        zh="已做的检查均支持符合，限值已在原文核对；未覆盖的部分见说明",
        en="every check made supports conformity, limits read in the instrument; what is not covered stands in the remarks",
    ),
    "NOT_APPLICABLE": Saying(zh="按适用性声明不适用，附理由", en="does not apply by the declared features; the reason is given"),
}

SCREENING = Saying(zh="筛查", en="screening")
SCREENING_PASS = Saying(zh="通过（仅筛查）", en="PASS (screening only)")
SCREENING_MEANING = Saying(
    zh="结论依据的限值未经原文确认，须由具名人员接受后才能作为符合性结论",
    en="rests on a limit that is not confirmed in the instrument; no conformity until a named person accepts it",
)

THEMES: dict[str, Saying] = {
    "data": Saying(zh="数据安全", en="Data security"),
    "cyber": Saying(zh="网络安全", en="Cybersecurity"),
    "ota": Saying(zh="软件在线升级", en="Software update (OTA)"),
    "notice": Saying(zh="告知义务", en="Notice to users"),
    "assist": Saying(zh="驾驶辅助", en="Driver assistance"),
    "automation": Saying(zh="自动驾驶", en="Automated driving"),
    "recorder": Saying(zh="事件与数据记录", en="Event and data recording"),
    "position": Saying(zh="定位与授时", en="Position and time"),
    "oversight": Saying(zh="自查与监督", en="Self-inspection and oversight"),
}

KINDS: dict[str, Saying] = {
    "breach": Saying(zh="违反", en="breach"),
    "gap": Saying(zh="无法判断", en="cannot be told"),
    "ok": Saying(zh="符合", en="conforms"),
}

STATES: dict[str, Saying] = {
    "read": Saying(zh="已读取", en="read"),
    "damaged": Saying(zh="有损坏", en="damaged"),
    "unused": Saying(zh="未使用", en="not used"),
}


OPINION = "miit-2021-103"
"""Instrument whose clauses the three numbers count; those of other instruments make them concrete."""

SILENT: frozenset[str] = frozenset({NOT_ASSESSED, "NOT_APPLICABLE"})
"""Verdicts without an answer to show: clauses of other instruments that have one of these are listed, not tabled."""


def key(verdict: Verdict | None) -> str:
    """Return the word under which a verdict stands in the mappings above."""
    return verdict.value if verdict else NOT_ASSESSED


def tally(clauses: Iterable[ClauseResult]) -> Counter[str]:
    """Count verdicts; a pass on unconfirmed limits counts as `SCREENING_PASS`, never as PASS."""
    return Counter("SCREENING_PASS" if c.verdict is Verdict.PASS and c.screening else key(c.verdict) for c in clauses)


def rank(verdict: Verdict | None) -> int:
    """Return the place of a verdict in `ORDER`."""
    return ORDER.index(key(verdict))
