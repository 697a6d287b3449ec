"""Territories as ledgers write them: ISO 3166 codes and the usual words."""

import re

from zhunru.formulas.written_names import bare

MAINLAND = "CN"
HMT = ("HK", "MO", "TW")
"""Count as outside the mainland (境外) for transfer rules, but are told apart."""
NOWHERE = ("", "??", "ZZ", "XX", "AP", "A1", "A2", "T1")
"""Codes that name no territory: unknown, a region that may hold the mainland, anonymous relays."""

_WORDS = {
    "CN": "中国|中国大陆|大陆|中国内地|内地|中国境内|境内|国内|CHN|China|mainland|mainland China|PRC",
    "HK": "中国香港|香港|香港特别行政区|HKG|Hong Kong",
    "MO": "中国澳门|澳门|澳门特别行政区|MAC|Macao|Macau",
    "TW": "中国台湾|台湾|TWN|Taiwan",
    "US": "美国|美利坚合众国|USA|United States",
    "DE": "德国|DEU|Germany",
    "JP": "日本|JPN|Japan",
    "KR": "韩国|KOR|Korea",
    "SG": "新加坡|SGP|Singapore",
    "GB": "英国|GBR|UK|United Kingdom",
    "FR": "法国|FRA|France",
    "NL": "荷兰|NLD|Netherlands",
    "SE": "瑞典|SWE|Sweden",
    "IE": "爱尔兰|IRL|Ireland",
    "QZ": "境外|国外|海外|abroad|overseas",
}
_CODES = {bare(word): code for code, words in _WORDS.items() for word in words.split("|")}


def code_of(written: str | None) -> str:
    """Return the code that `written` means, in upper case; a word that is not known is returned as it stands, nothing as "".

    "Abroad" without a country is QZ, which ISO 3166 leaves to users.
    """
    word = bare(written or "")
    return _CODES.get(word, word.upper())


_ELSEWHERE = tuple(bare(w) for c, words in _WORDS.items() if c != MAINLAND for w in words.split("|") if not w.isascii() or len(w) > 4)
_REGION = re.compile(r"(?<![a-z])(us|eu|ap|me|sa|ca|af|uk|il|mx)-(gov-)?(north|south|east|west|central)+-?\d")
"""Regions of cloud services outside the mainland; those inside it begin with cn."""


def names_elsewhere(text: str | None) -> bool:
    """Tell whether an address or a name speaks of a place outside the mainland: 香港将军澳机房, eu-central-1; a street may bear such a name."""
    word = bare(text or "")
    return bool(_REGION.search(word)) or any(w in word for w in _ELSEWHERE)


def is_abroad(written: str | None) -> bool | None:
    """Tell whether a territory lies outside the mainland; None when it does not say: blank, a place name, no country's code."""
    code = code_of(written)
    if code in NOWHERE or not re.fullmatch("[A-Z]{2}", code):
        return None
    return code != MAINLAND
