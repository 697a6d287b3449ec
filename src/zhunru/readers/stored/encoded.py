"""Text that stands encoded in cells and lines: Base64, hexadecimal, percent signs, escapes. It hides identifiers, and protects nothing."""

import base64
import binascii
import html
import re
from typing import Final
from urllib.parse import unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

from zhunru.formulas.identifiers.scan import sighted

_SAMPLES, _SAMPLE_BYTE, _DEPTH = 32, 4096, 3
_BASE64, _HEX = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}"), re.compile(rb"(?:[0-9A-Fa-f]{2}){8,}")
_ESCAPES = re.compile(rb"%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|&#x?[0-9A-Fa-f]+;")
_CODE_UNIT = re.compile(r"\\u([0-9A-Fa-f]{4})")
_ANY: Final = re.compile(b"|".join(p.pattern for p in (_ESCAPES, _BASE64, _HEX)))


def encoded_count(data: bytes, ends: NDArray[np.int64], cues: frozenset[int], weights: NDArray[np.int64] | None = None) -> int:
    """Return how many cells or lines of a block hold encoded text, once a few of them, decoded, are seen to hold identifiers.

    Up to 32 cells at even distances are decoded, each up to 4096 B; random tokens and digests hold no identifiers and count as nothing.

    Args:
        data: UTF-8.
        ends: Offset in `data` just behind each cell.
        cues: What the heading says.
        weights: How often each cell stands for itself; None = once.
    """
    if not len(ends):
        return 0
    starts = np.concatenate([[0], ends[:-1] + 1])
    chosen = range(0, len(ends), -(-len(ends) // _SAMPLES))  # looking at each would cost more than looking for identifiers
    texts = [t for n in chosen for t in _decoded(data[starts[n] : min(ends[n], starts[n] + _SAMPLE_BYTE)])]
    if not texts or not len(sighted(b"\n".join(texts), cues)[0]):
        return 0
    held = [n for n, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)) if _ANY.search(data, start, end)]
    return int(weights[held].sum()) if weights is not None else len(held)


def _decoded(text: bytes, depth: int = 0) -> list[bytes]:
    """Return the readable texts that stand encoded in a text, also twice."""
    found = []
    if _ESCAPES.search(text):
        plain = _unescaped(text)
        if plain != text:
            found.append(plain)
    for match in _BASE64.finditer(text):
        found += filter(None, map(_readable, _of_token(match[0])))
    return found + [more for one in found if depth < _DEPTH for more in _decoded(one, depth + 1)]


def _unescaped(text: bytes) -> bytes:
    words = unquote_to_bytes(text).decode("utf-8", "replace")
    words = _CODE_UNIT.sub(lambda m: chr(int(m[1], 16)), html.unescape(words))
    return words.encode("utf-8", "replace")


def _of_token(token: bytes) -> list[bytes]:
    found = []
    if _HEX.fullmatch(token):
        found.append(bytes.fromhex(token.decode()))
    bare = token.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        found.append(base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True))
    except binascii.Error:
        return found
    return found


def _readable(raw: bytes) -> bytes:
    """Return what was decoded where it is text without doubt, else nothing."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.encode() if text and all(c.isprintable() or c in "\t\r\n" for c in text) else b""
    return b""
