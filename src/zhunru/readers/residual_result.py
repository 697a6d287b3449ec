"""Reader of results of the residual test."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.formulas.annotation.words import number, outline_of
from zhunru.formulas.picture_names import picture_name
from zhunru.tables.residual import MaskedPixels, ResidualFind, ResidualModel, ResidualPicture
from zhunru.wire.whole_json import document

_FORMAT = "zhunru-residual"
_SNIFFED = re.compile(rb'\A(?:\xef\xbb\xbf)?\{"session":"zhunru-residual"')
_LONGEST_BYTE = 1 << 22
_BLOCK = 1000
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST = 2**53
Row = dict[str, Any]
Given = ResidualModel | ResidualPicture | ResidualFind | MaskedPixels


def _sniff(head: bytes) -> bool:
    return _SNIFFED.match(head) is not None


@reader(".jsonl", title_zh="残留检验结果", title_en="result of the residual test", sniff=_sniff)
def residual_result(file: Source) -> Iterator[ResidualModel | ResidualPicture | ResidualFind | MaskedPixels | Skipped]:
    """Read a result of `zhunru residual`: models, pictures, what was still found, and the pixels under the masks.

    A line that is malformed, or whose values are not of their form, is skipped as a whole with its number. The last line tells how many rows
    there are: a result that was cut or has lost lines is damaged.

    Args:
        file: The result.

    Raises:
        DamagedEvidence: The head is unreadable, the end is missing, or rows are missing.
    """
    tables: dict[type[Given], list[Row]] = {ResidualPicture: [], ResidualFind: [], MaskedPixels: []}
    headed, count, told = False, 0, None
    for line_no, line in enumerate(_lines(file), 1):
        found = _object(line)
        if not headed:
            yield from _head(found, file)
            headed = True
        elif found is not None and found.get("end") == _FORMAT:
            told = found.get("rows")
        else:
            count += 1
            if found is None or not _take(found, tables):
                yield Skipped(Text("行不是检验记录", "the line is no record of the test"), f"line {line_no}")
        if len(tables[ResidualPicture]) >= _BLOCK:
            yield from _given(tables)
    yield from _given(tables)
    if not headed or told != count:
        raise DamagedEvidence(
            Text("残留检验结果不完整", "the result is not complete"),
            f"{file.name}: {count} rows, told {told}",
            Text("重新运行检验", "run the test again"),
            saved=count,
        )


def _lines(file: Source) -> Iterator[bytes]:
    """Yield lines; one that is longer than any record is cut, so that it is refused."""
    rest = b""
    for block in file.blocks(1 << 20):
        *whole, rest = (rest + block).split(b"\n")
        yield from whole
        rest = rest[: _LONGEST_BYTE + 1]
    if rest:
        yield rest


def _object(line: bytes) -> Row | None:
    if len(line) > _LONGEST_BYTE:
        return None
    try:
        found = document(line)
    except EvidenceError:
        return None
    return found if isinstance(found, dict) else None


def _head(found: Row | None, file: Source) -> Iterator[ResidualModel]:
    models = found.get("models") if found and found.get("session") == _FORMAT and found.get("format") == 1 else None
    rows = [r for m in models if isinstance(m, dict) and (r := _model(m))] if isinstance(models, list) else []
    if not isinstance(models, list) or len(rows) < len(models):
        raise DamagedEvidence(
            Text("残留检验结果的首行无法读取", "the head of the result cannot be read"),
            file.name,
            Text("重新运行检验", "run the test again"),
        )
    if rows:
        yield ResidualModel.rows(*rows)


def _model(found: Row) -> Row | None:
    texts = [found.get(n) for n in ("kind", "model", "version", "weights_sha256")]
    numbers = [number(found.get(n)) for n in ("threshold_ratio", "least_side_px")]
    if not all(isinstance(t, str) for t in texts) or None in numbers or texts[0] not in {"face", "plate"}:
        return None
    return dict(zip(("kind", "model", "version", "weights_sha256", "threshold_ratio", "least_side_px"), (*texts, *numbers), strict=True))


def _given(tables: dict[type[Given], list[Row]]) -> Iterator[Given]:
    for table, rows in tables.items():
        if rows:
            yield table.rows(*rows)
            tables[table] = []


def _take(found: Row, tables: dict[type[Given], list[Row]]) -> bool:
    """Add the rows of one picture; False when a value is not of its form."""
    name, masked, original, reason = (found.get(n) for n in ("picture", "masked_sha256", "original_sha256", "reason"))
    outside = found.get("outside")
    fits = (
        isinstance(name, str) and isinstance(masked, str) and _DIGEST.fullmatch(masked) and isinstance(original, str)
        and (not original or _DIGEST.fullmatch(original)) and isinstance(reason, str) and type(found.get("models_run")) is bool
        and (outside is None or _counts(outside, 2)) and isinstance(found.get("finds"), list) and isinstance(found.get("masks"), list)
    )  # fmt: skip
    if not fits:
        return False
    key = {"picture": picture_name(str(name)), "masked_sha256": masked}
    finds, masks = [_find(f) for f in found["finds"]], [_mask(m) for m in found["masks"]]
    if None in finds or None in masks:
        return False
    detail, kept = outside or (None, None)
    told = {"reason": reason, "models_run": found["models_run"], "outside_detail_count": detail, "outside_kept_count": kept}
    tables[ResidualPicture].append(key | told | {"original_sha256": original})
    tables[ResidualFind] += [key | f for f in finds if f is not None]
    tables[MaskedPixels] += [key | m | {"original_sha256": original} for m in masks if m is not None]
    return True


def _counts(values: Any, length: int) -> bool:
    whole = isinstance(values, list) and len(values) == length and all(type(v) is int and 0 <= v < _MOST for v in values)
    return whole and all(b <= a for a, b in pairwise(values))


def _find(found: Any) -> Row | None:
    if not isinstance(found, dict) or found.get("kind") not in {"face", "plate"} or type(found.get("whole")) is not bool:
        return None
    box, score = outline_of(found.get("box")), number(found.get("score"))
    if box is None or score is None or not all(isinstance(found.get(n), str) for n in ("model", "shown")):
        return None
    return {
        "kind": found["kind"],
        "model": found["model"],
        "score_ratio": score,
        "whole": found["whole"],
        "shown": found["shown"],
        "box_px": box,
    }


def _mask(found: Any) -> Row | None:
    if not isinstance(found, dict) or not _counts([found.get(n) for n in ("pixel", "detail", "kept")], 3):
        return None
    outline = outline_of(found.get("outline"))
    return None if outline is None else {
        "outline_px": outline, "pixel_count": found["pixel"], "detail_count": found["detail"], "kept_count": found["kept"]
    }  # fmt: skip
