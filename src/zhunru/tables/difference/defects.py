"""Words by which an activity tells that it removes a defect."""

import re
from typing import Literal

from zhunru.formulas.written_names import bare
from zhunru.records.update_campaign import UpdateCampaign

_NEGATION = r"(?:不涉及|不存在|没有|并非|不属于|不是|非|无|未|not?|non|without)-?(?:a|an|any|任何)?"
_CERTAIN = r"召回|安全隐患|安全缺陷|消除缺陷|修复缺陷|起火|自燃|失控|伤亡|recall|safetyhazard|safetydefect|fire|injur"
_POSSIBLE = r"缺陷|故障|投诉|失效|事故|隐患|异常|风险|失灵|熄火|碰撞|defect|fault|complaint|failure|malfunction|accident|hazard|crash|unsafe|risk|dtc"
_WORDS: tuple[tuple[Literal["certain", "possible"], str], ...] = (("certain", _CERTAIN), ("possible", _POSSIBLE))


def defect_told(campaign: UpdateCampaign) -> Literal["certain", "possible", "no"]:
    """Tell whether the maker's own words say that a defect is removed.

    `certain`: a recall is named, the class is D, or a word of recall, safety hazard, fire, loss of control or injury stands in cause, purpose
    or content; `possible`: a word of fault, complaint or failure. A word right behind a negation does not count. A single word never decides
    that there is no defect: blank cells say nothing, so they are `no` only in the sense that nothing was told.
    """
    if campaign.recall or campaign.claimed_class == "D":
        return "certain"
    text = bare("\n".join(t for t in (campaign.cause, campaign.purpose, campaign.content) if t))
    for answer, words in _WORDS:
        if re.search(words, re.sub(rf"{_NEGATION}(?:{words})", "", text)):
            return answer
    return "no"
