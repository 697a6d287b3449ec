"""What the heading of a column says of its cells."""

import re

from zhunru.formulas.identifiers.words import CUES, LATIN_NAME_CUES, NAME_CUES, PERHAPS_NAME, PERSON_NAME

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PERSONS = frozenset([*LATIN_NAME_CUES, "xingming", "xm", "customer_name", "person_name", "driver", "owner", "contact", "passenger"])
_ENDS = re.compile(r"[\s:：()（）\[\]\"'`]+")


def cues_of(heading: str) -> frozenset[int]:
    """Return the kinds that a heading announces: 手机号, phone_no, sfzh, cphm, vin, lng, ownerName.

    Args:
        heading: Name of a column, key of an object, in Chinese, English or the initials of Pinyin; any case; of a path only the last part counts.

    Returns:
        Places in KINDS, also OTHER_NUMBER (订单号), PLACE_OF_BOTH (坐标), PERHAPS_NAME (name); empty when the heading says nothing.
    """
    last = re.split(r"[./\[\]]", heading.strip(" ./[]*0123456789"))[-1]
    text = _ENDS.sub("_", _CAMEL.sub("_", last).lower()).strip("_")
    told = {cue.kind for cue in CUES if _stands(cue.word, text, cue.whole) or (not cue.whole and cue.word in last.lower())}
    numbers = told & set(range(PERSON_NAME))
    if text in ("联系人", "联系人姓名", "contact", "contact_name"):
        return frozenset([PERSON_NAME])
    if not numbers and (text in _PERSONS or any(word in text for word in NAME_CUES)):
        # a column `driver_phone` or 联系人电话 holds the number, not the name
        return frozenset([PERSON_NAME])
    if text == "name":
        return frozenset([PERHAPS_NAME])
    return frozenset(numbers or told)


def _stands(word: str, text: str, whole: bool) -> bool:
    """Tell whether `word` is in `text`; `whole`: with no Latin letter beside it."""
    return re.search(f"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None if whole else word in text
