"""The files of every update are kept until ten years after the model leaves production."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.update_archive import UpdateArchive
from zhunru.records.update_campaign import UpdateCampaign

_CONTENTS: Final = {
    "processes": ("4.3.1", "过程文件", "过程文件及符合性证明", "流程文件", "管理过程文件"),
    "configuration": ("4.3.2", "构型", "配置", "构型文件", "配置文件", "构型信息", "升级前后构型"),
    "swin": ("4.3.3", "软件识别码", "软件识别码记录", "识别码记录", "识别码登记"),
    "targets": ("4.3.4", "目标车辆", "目标车辆清单", "目标车辆及兼容性确认"),
    "dossier": ("4.3.5", "升级档案", "单次升级档案", "升级活动档案"),
}
"""What 4.3.1 to 4.3.5 ask to be recorded of each update, and words for it."""


@check("miit-2021-103/3.5", "gb-44496-2024/4.1.2", title_zh="升级记录保存至停产后十年", since="0.2")
def records_are_kept_ten_years(
    archives: list[UpdateArchive],
    campaigns: list[UpdateCampaign] | None,
    day: date,
    *,
    years: Annotated[float, Limit("years", "gb-44496-2024/4.1.2", "C")] = 10.0,
) -> Iterator[Finding]:
    """Each released activity has archived files whose keeping is open while the model is produced, and lasts ten years beyond, intact.

    Why:
        A car lives longer than its model is built; who investigates it later needs to know which software it carried.

    为什么:
        车辆的寿命长于车型的生产期；日后调查需要知道车上曾装有什么软件。

    How it decides:
        1. Each archived file of a model in production: kept without end: ok; kept until a day: gap, since nobody knows when production ends.
        2. Of a model that left production: kept until `years` later or longer: ok; shorter: breach. 29 February counts as 1 March where the
           last year has none. No last day of keeping: gap.
        3. Neither in production nor a day of its end, or both, or an end in the future: gap.
        4. The digest as verified differs from that when it was archived: breach; one of the two missing or no digest: gap.
        5. A released activity without any archived file: breach. No archive: gap.
        6. An archived activity that is not known to be unreleased: its files name all contents of 4.3.1 to 4.3.5: ok; one that no file names:
           gap, for a ledger does not say that it lists every file, and what is called otherwise may hold it.

    Inconclusive:
        Days, digests or the state of production are missing or contradict each other; no file names one of the contents.

    Not covered:
        Whether the files can be read in ten years; whether a file holds what its row names.

    未覆盖:
        十年后文件能否读出；文件中是否确有台账所称的内容。

    Args:
        archives: Archived files.
        campaigns: Activities.
        day: Day as of which is assessed.
        years: Years after the end of production.

    References:
        GB 44496-2024 4.1.2; UN R156 3.7, 7.1.1.1.
    """
    for archive in archives:
        yield _kept(archive, day, years)
        yield _intact(archive)
    # (5) activities without a file
    held: dict[str, list[UpdateArchive]] = {}
    for archive in archives:
        held.setdefault(bare(archive.campaign), []).append(archive)
    for campaign in campaigns or ():
        if _released(campaign, day) and bare(campaign.id) not in held:
            yield breach("已发布的活动没有归档文件", "a released activity has no archived file", at=campaign.origin, campaign=campaign.id)
    told = {bare(c.id): False for c in campaigns or ()}
    for campaign in campaigns or ():
        told[bare(campaign.id)] |= _released(campaign, day) or bool(campaign.origin.problems)
    for name, files in sorted(held.items()):
        if told.get(name, True):
            yield _whole(files)
    if not archives:
        yield gap("没有升级档案", "there is no archive")


def _released(campaign: UpdateCampaign, day: date) -> bool:
    begun = campaign.released is not False and (campaign.released_on is None or campaign.released_on <= day)
    return bool(campaign.released or campaign.released_on) and begun


def _whole(files: Sequence[UpdateArchive]) -> Finding:
    # (6) contents of one activity
    words = {bare(word) for archive in files for word in archive.content}
    missing = [name for name, called in _CONTENTS.items() if words.isdisjoint(map(bare, (name, *called)))]
    facts: dict[str, Any] = {"at": files[0].origin, "campaign": files[0].campaign}
    if missing:
        return gap("归档文件未涵盖应记录的全部内容", "no archived file names some of the contents", **facts, missing="; ".join(missing))
    return ok("应记录的各项内容均有归档文件", "each of the contents has an archived file", **facts, files=len(files))


def _kept(archive: UpdateArchive, day: date, years: float) -> Finding:
    ended, until = archive.production_ended, archive.retained_until
    facts: dict[str, Any] = {"at": archive.origin, "file": archive.archived_file, "campaign": archive.campaign}
    # (3) which of the two
    if (ended is not None) is bool(archive.in_production) or (ended is None and archive.in_production is None) or (ended and ended > day):
        return gap("车型是否停产、何时停产不明", "whether and when the model left production is not known", **facts)
    if archive.origin.problems:
        return gap("档案记录有无法识别的内容", "the record has cells that cannot be read", **facts)
    if ended is None:  # (1)
        if until is None:
            return ok("在产车型的档案不限期保存", "kept without end while the model is produced", **facts)
        return gap("在产车型的档案限期保存", "kept until a day although the model is still produced", **facts, retained_until=str(until))
    # (2) ten years
    due = years_later(ended, int(years))
    if until is None:
        return gap("停产车型的档案未写明保存期限", "until when it is kept is not told", **facts, limit=str(due))
    if until < due:
        return breach("保存期限不足", "kept too short a time", **facts, measured=str(until), limit=str(due))
    return ok("保存期限足够", "kept long enough", **facts, measured=str(until), limit=str(due))


def years_later(start: date, years: int) -> date:
    """Return the same day some years later; 29 February counts as 1 March where there is none."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def _intact(archive: UpdateArchive) -> Finding:
    # (4) digests
    one, two = (digest_of(d) for d in (archive.digest_archived, archive.digest_verified))
    facts: dict[str, Any] = {"at": archive.origin, "file": archive.archived_file}
    if not one or not two:
        return gap("归档摘要或复核摘要缺失", "the digest of archiving or of verification is missing", **facts)
    if one != two:
        return breach("归档文件的摘要已变化", "the archived file has changed", **facts)
    return ok("归档文件未变化", "the archived file is unchanged", **facts)


_DAY: Final = date(2026, 6, 1)
_Inputs = tuple[list[UpdateArchive], list[UpdateCampaign], date]


def _inputs(**changed: object) -> _Inputs:
    digest = "sha256:" + "5a" * 32
    plain = {
        "campaign": "U-1", "archived_file": "U-1.zip", "digest_archived": digest, "digest_verified": digest, "in_production": "否",
        "production_ended": "2024-02-29", "retained_until": "2034-03-01", "content": "; ".join(_CONTENTS),
    }  # fmt: skip
    activity = UpdateCampaign.model_validate({"id": "U-1", "released_on": "2026-03-10"})
    return [UpdateArchive.model_validate(plain | changed)], [activity], _DAY


@records_are_kept_ten_years.example(Verdict.PASS)
def kept_to_the_day() -> _Inputs:
    """Production ended on 29 February 2024."""
    return _inputs()


@records_are_kept_ten_years.example(Verdict.PASS)
def kept_without_end() -> _Inputs:
    """The model is still produced."""
    return _inputs(in_production="是", production_ended="", retained_until="")


@records_are_kept_ten_years.example(Verdict.FAIL)
def a_day_short() -> _Inputs:
    """28 February 2034 is a day too early."""
    return _inputs(retained_until="2034-02-28")


@records_are_kept_ten_years.example(Verdict.FAIL)
def altered_in_the_archive() -> _Inputs:
    """The digest is another one."""
    return _inputs(digest_verified="sha256:" + "00" * 32)


@records_are_kept_ten_years.example(Verdict.INCONCLUSIVE)
def nobody_knows_whether_it_is_produced() -> _Inputs:
    """Neither in production nor an end."""
    return _inputs(in_production="", production_ended="")


@records_are_kept_ten_years.example(Verdict.INCONCLUSIVE)
def no_file_for_the_targets() -> _Inputs:
    """Four contents of five."""
    return _inputs(content="processes; configuration; swin; dossier")
