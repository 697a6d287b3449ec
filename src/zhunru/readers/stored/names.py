"""Places inside a source, written so that no two are written alike."""


def place_of(*parts: str) -> str:
    """Return parts joined by dots; a part that holds a dot or a quotation mark is quoted, as in SQL."""
    return ".".join(
        '"' + p.replace('"', '""') + '"' if not p or "." in p or '"' in p or p != p.strip() else p for p in (_shown(p) for p in parts)
    )


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def readable(name: str) -> str:
    """Return a name whose bytes are GB18030 where they are no UTF-8; surrogates stand for such bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return name


def _shown(part: str) -> str:
    """Return a name without line breaks and controls, at most 120 characters."""
    return "".join(c if c.isprintable() else "?" for c in readable(part)[:120])
