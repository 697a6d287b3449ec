"""Words by which an activity tells that it removes a defect."""

import re
from typing import Literal

from zhunru.formulas.written_names import bare
from zhunru.records.update_campaign import UpdateCampaign

_NEGATION = r"(?:不涉及|不存在|没有|并非|不属于|不是|非|无|未|not?|non|without)-?(?:a|an|any|任何)?"
_CERTAIN = r"召回|安全隐患|安全缺陷|消除缺陷|修复缺陷|起火|自燃|失控|伤亡|recall|safetyhazard|safetydefect|fire|injur"
_POSSIBLE = r"缺陷|故障|投诉|失效|事故|隐患|异常|风险|失灵|熄火|碰撞|defect|fault|complaint|failure|malfunction|accident|hazard|crash|unsafe|risk|dtc"
_SERIOUS = rf"(?:{_CERTAIN})"
_APART = r"无关|不相关|unrelated|nottherecall"
_BETTER = r"优化|改进|改善|提升|体验|增强|optimi[sz]|improve|enhance|experience|feature"


def defect_told(campaign: UpdateCampaign) -> Literal["certain", "possible", "no"]:
    """Tell whether the maker's own words say that a defect is removed.

    `certain`: a recall is named, the class is D, or the cause names a recall, safety hazard, fire, loss of control or injury; `possible`: such
    a word, or one of fault, complaint or failure, stands anywhere in cause, purpose or content. A word right behind a negation does not
    count. `no` says only that nothing was told.
    """
    if campaign.recall or campaign.claimed_class == "D":
        return "certain"
    cause = bare(campaign.cause or "")
    if _says(_SERIOUS, cause) and not re.search(_APART, cause):
        return "certain"
    text = bare("\n".join(t for t in (campaign.cause, campaign.purpose, campaign.content) if t))
    return "possible" if _says(f"{_SERIOUS}|{_POSSIBLE}", text) else "no"


def caused_by_defect(campaign: UpdateCampaign) -> bool:
    """Tell whether the field `cause` itself names a fault, complaint, hazard or recall."""
    cause = bare(campaign.cause or "")
    return _says(f"{_SERIOUS}|{_POSSIBLE}", cause) and not re.search(_APART, cause)


def told_as_better(campaign: UpdateCampaign) -> bool:
    """Tell whether purpose or content speak of an improvement."""
    return bool(re.search(_BETTER, bare("\n".join(t for t in (campaign.purpose, campaign.content) if t))))


def _says(words: str, text: str) -> bool:
    return bool(re.search(words, re.sub(rf"{_NEGATION}(?:{words})", "", text)))
