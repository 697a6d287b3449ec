"""Receiver sentences arrive intact."""

from collections.abc import Iterator
from typing import Annotated

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.tables.sentence_count import SentenceCount


@check("miit-2021-103/8.2", title_zh="接收机语句完整，校验和与格式无误", since="0.1")
def sentences_are_intact(
    counts: SentenceCount, *, error_ratio: Annotated[float, Limit("1", source="miit-2021-103/8.2", basis="P")] = 0.0
) -> Iterator[Finding]:
    """At most the share `error_ratio` of the sentences of a receiver log has a wrong checksum or a broken form.

    Why:
        A broken sentence is a lost or, without its checksum, a wrong position. The accepted rate is the maker's to declare; without one it is zero.

    为什么:
        语句损坏意味着位置丢失；若没有校验和，则可能是错误的位置。可接受的比率由企业声明，未声明按零计。

    How it decides:
        1. Log by log, add wrong checksums and broken forms over all sentence types.
        2. Their share is above `error_ratio`: breach, telling the counts.
        3. Otherwise, sentences without a checksum: gap, for their integrity cannot be told.
        4. Otherwise ok.

    Inconclusive:
        Sentences come without checksums, or there are none.

    Not covered:
        Sentences that were lost whole (see the check of the update rate); which sentences a product must give.

    未覆盖:
        整条丢失的语句（见更新率检查）；产品应输出哪些语句。

    Args:
        counts: Sentences by log, talker and type.
        error_ratio: Accepted share of broken sentences.

    References:
        103号 (八); NMEA 0183 checksum (basis G).
    """
    # (1) add up
    names = ("seen_count", "checksum_error_count", "malformed_count", "without_checksum_count")
    logs = counts.frame.group_by("source").agg(pl.col(n).sum() for n in names).sort("source").collect()
    total = 0
    for source, seen, wrong, broken, bare in logs.iter_rows():
        total += seen
        if not seen:
            continue
        share = (wrong + broken) / seen
        facts = {
            "source": source,
            "measured": share,
            "limit": error_ratio,
            "unit": "1",
            "sentences": seen,
            "checksum_errors": wrong,
            "malformed": broken,
        }
        # (2) too many
        if share > error_ratio:
            yield breach("语句校验和或格式错误过多", "too many sentences with a wrong checksum or form", **facts)
        # (3) cannot be told
        elif bare:
            yield gap("语句没有校验和，完整性不明", "sentences without checksum: integrity cannot be told", without_checksum=bare, **facts)
        # (4) intact
        else:
            yield ok("语句完整", "sentences are intact", **facts)
    if not total:
        yield gap("没有语句", "there are no sentences")


def _log(checksum: int = 0, malformed: int = 0, bare: int = 0) -> SentenceCount:
    plain = {"talker": "GN", "checksum_error_count": 0, "malformed_count": 0, "without_checksum_count": 0, "seen_count": 600}
    return SentenceCount.rows(
        plain | {"type": "RMC", "checksum_error_count": checksum, "malformed_count": malformed},
        plain | {"type": "GGA", "without_checksum_count": bare},
        source="drive.nmea",
    )


@sentences_are_intact.example(Verdict.PASS)
def all_right() -> SentenceCount:
    """No error in 1200 sentences."""
    return _log()


@sentences_are_intact.example(Verdict.FAIL)
def wrong_checksums() -> SentenceCount:
    """Three checksums do not fit."""
    return _log(checksum=3)


@sentences_are_intact.example(Verdict.FAIL)
def broken_off() -> SentenceCount:
    """One sentence is broken off."""
    return _log(malformed=1)


@sentences_are_intact.example(Verdict.INCONCLUSIVE)
def without_checksums() -> SentenceCount:
    """One type comes without."""
    return _log(bare=600)
