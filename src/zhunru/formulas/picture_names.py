"""Names of pictures as ledgers and annotation files write them, brought to one form before they are compared."""

import unicodedata


def picture_name(written: str) -> str:
    """Return a picture's name in NFC with slashes, without blanks around it and without `./` before it; folders stay part of the name."""
    name = unicodedata.normalize("NFC", written).strip().replace("\\", "/")
    while name.startswith("./"):
        name = name[2:]
    return name
