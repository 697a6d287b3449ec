"""Text whose format is not declared: delimited, JSON, JSON Lines, or lines; and what is no text at all."""

import codecs
from collections.abc import Iterator
from itertools import islice

from zhunru.core.evidence import Noted, Source
from zhunru.core.text import Text
from zhunru.readers.stored import delimited, json_paths, log_lines, workbook
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import ARCHIVE, BINARY
from zhunru.wire.ledger_text import bare_utf16, bom_encoding, encoding_of, form_of, head_text

_BLOCK_BYTE = 1 << 20
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x1f\x8b")
