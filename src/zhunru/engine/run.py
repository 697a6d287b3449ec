"""Runs an assessment: intake, binding, checks (cached by what decides them), result."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from zhunru.core.check import Check
from zhunru.core.clause import SCREENING
from zhunru.core.errors import PlanError
from zhunru.core.finding import Finding, Folded, fold, gap
from zhunru.core.result import CheckResult, Saying, SeenFinding, UsedLimit
from zhunru.core.step import Limit
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.engine import walk
from zhunru.engine.bind import Bound, bind
from zhunru.engine.dossier import Dossier, File, Profile, ProfileLimit, write_whole
from zhunru.engine.executors import Executor, Serial, Workers
from zhunru.engine.intake import Receipt, Task, known, reader_of, take
from zhunru.engine.material import Material

_PARALLEL_FROM_BYTE = 32 << 20
"""Below this many bytes of evidence starting worker processes costs more than it gains."""

Progress = Callable[[str, int, int], None]
"""Called as `(stage, done, total)`; stages: `read`, `check`."""


def collect(dossier: Dossier, cache: Path, day: date, jobs: int = 1, progress: Progress | None = None) -> tuple[Material, Bound]:
    """Read every file of the dossier and bind its ledgers."""
    files = dossier.files
    receipts = read_all(files, cache, jobs, progress)
    bound = bind(files, receipts, cache)
    return Material(cache, files, receipts, bound.records, bound.record_files, dossier.subject, day), bound


def read_all(files: Sequence[File], cache: Path, jobs: int, progress: Progress | None) -> dict[str, Receipt]:
    """Return file name -> receipt, in order of names; what was read before is not read again."""
    once = {f.name: Task(f, cache) for f in files}
    found: dict[str, Receipt | None] = {key: known(task) for key, task in once.items()}
    waiting = [task for key, task in once.items() if found[key] is None]
    executor = _executor(waiting, jobs)
    for done, outcome in enumerate(executor.map_unordered(take, waiting), 1):
        file = outcome.item.file
        taken = outcome.receipt or Receipt(state="damaged", reader=reader_of(file))
        if outcome.error:
            taken.tell(outcome.error.what, outcome.error.where, outcome.error.hint)
        found[file.name] = taken
        if progress:
            progress("read", done, len(waiting))
    return {f.name: receipt for f in sorted(files, key=lambda f: f.name) if (receipt := found[f.name])}


def _executor(waiting: Sequence[Task], jobs: int) -> Executor:
    """Choose where to read: worker processes for much evidence or for readers that could end the process, else this one."""
    if jobs > 1 and sum(t.file.size_byte for t in waiting) >= _PARALLEL_FROM_BYTE:
        return Workers(jobs)
    isolated = any(walk.readers()[reader_of(t.file)].isolated for t in waiting)
    return Workers(1) if isolated else Serial()


def select(only: str) -> list[Check]:
    """Return the checks that `only` names: a theme, a check or a clause; all when it is empty."""
    checks = list(walk.checks().values())
    if not only:
        return checks
    chosen = [c for c in checks if only in {c.theme, c.id} or only in c.clauses or only in {i.rsplit("/", 1)[-1] for i in c.clauses}]
    if not chosen:
        import difflib

        known = [*(c.id for c in checks), *{c.theme for c in checks}, *(i for c in checks for i in c.clauses)]
        near = ", ".join(difflib.get_close_matches(only, known, 3, 0.4)) or ", ".join(sorted({c.theme for c in checks}))
        raise PlanError(
            Text("没有这样的主题、检查或条款", "no such theme, check or clause"), f"--only {only}", Text(f"可用：{near}", f"try: {near}")
        )
    return chosen


def run_checks(
    material: Material, bound: Bound, checks: Sequence[Check], profile: Profile, progress: Progress | None = None
) -> Iterator[CheckResult]:
    """Yield one result per check, in order of ids."""
    _fits(profile)
    for done, check in enumerate(checks, 1):
        yield run_check(material, bound, check, profile)
        if progress:
            progress("check", done, len(checks))


def _fits(profile: Profile) -> None:
    """Refuse a profile that changes what does not exist, or into another kind of value, or below zero."""
    known = {(c.id, t.name): t.default for c in walk.checks().values() for t in c.tunables}
    for check_id, changes in profile.limits.items():
        for name, change in changes.items():
            where = f"{profile.name}: {check_id}.{name} = {change.value!r}"
            if (check_id, name) not in known:
                hint = Text("参数见 zhunru explain <检查>", "numbers: zhunru explain <check>")
                raise PlanError(Text("参数方案改动了不存在的参数", "the profile changes a number that does not exist"), where, hint)
            default = known[check_id, name]
            number = isinstance(default, float) and isinstance(change.value, int | float) and not isinstance(change.value, bool)
            if not (number or type(change.value) is type(default)) or (isinstance(change.value, int | float) and change.value < 0):
                hint = Text(f"默认值为 {default!r}，须同类且不为负", f"the default is {default!r}: give the same kind, not negative")
                raise PlanError(Text("参数方案的值不可用", "the value in the profile cannot be used"), where, hint)


def run_check(material: Material, bound: Bound, check: Check, profile: Profile) -> CheckResult:
    """Run one check, or take its result from the cache when nothing that decides it has changed."""
    limits = used_limits(material, check, profile)
    plain: dict[str, Any] = {
        "id": check.id,
        "title": saying(check.title),
        "clauses": check.clauses,
        "limits": limits,
        "screening": any((limit.basis in SCREENING if limit.basis else False) or not limit.in_force for limit in limits),
        "not_covered": saying(check.not_covered),
        "evidence": tuple(sorted(material.feeding(check))),
    }
    if reason := why_not(material, check):
        return CheckResult(**plain, verdict=Verdict.NOT_APPLICABLE, reason=saying(reason))
    if lacking := material.lacking(check):
        wanted = sorted({text for need in lacking for text in material.wanted(need)})
        zh, en = "、".join(t.zh for t in wanted), ", ".join(t.en for t in wanted)
        return CheckResult(**plain, verdict=Verdict.MISSING, reason=saying(Text(f"缺少证据：{zh}", f"evidence is missing: {en}")))
    changed = {name: changed.value for name, changed in profile.limits.get(check.id, {}).items()}
    key = material.key(check, changed)
    stored = material.cache / "checks" / f"{key}.json"
    if kept := _kept(stored):
        return kept.model_copy(update=plain)
    result = _decide(material, bound, check, changed).model_copy(update=plain | {"key": key})
    if result.verdict is not Verdict.ERROR:
        write_whole(stored, result.model_dump_json().encode())
    return result


def _kept(path: Path) -> CheckResult | None:
    try:
        return CheckResult.model_validate_json(path.read_bytes())
    except (OSError, ValueError):  # never decided, or a spoilt cache: decide again
        return None


def _decide(material: Material, bound: Bound, check: Check, changed: dict[str, Any]) -> CheckResult:
    bare: dict[str, Any] = {"id": check.id, "title": saying(check.title), "clauses": check.clauses}
    try:
        inputs = [material.give(need) for need in check.needs]
        folded = fold(chain(check(*inputs, **changed), damage(material, bound, check)))
    except Exception as error:  # noqa: BLE001 - a check that crashes is an ERROR of its own; the others go on
        text = f"{type(error).__name__}: {error}"
        return CheckResult(**bare, verdict=Verdict.ERROR, reason=saying(Text(f"检查出错：{text}", f"the check crashed: {text}")))
    return CheckResult(
        **bare, verdict=folded.verdict, findings=seen(folded), totals={str(k): n for k, n in folded.totals.items()}, reason=_nothing(folded)
    )


def _nothing(folded: Folded) -> Saying | None:
    if any(folded.totals.values()):
        return None
    return Saying(zh="没有看到可判定的事项", en="nothing was seen that could be judged")


def damage(material: Material, bound: Bound, check: Check) -> Iterator[Finding]:
    """Yield a gap for each file that this check relies on and that was not read whole: unread evidence never passes."""
    for name in sorted(material.feeding(check)):
        receipt = material.receipts[name]
        if receipt.state != "read":
            yield gap(
                "所依据的文件未能完整读出", "a file that this check relies on was not read whole", source=name, skipped=receipt.skipped
            )
    kinds = {need.type for step in (check, *material.below(check)) for need in step.needs if need.records}
    for kind in sorted(kinds, key=lambda k: str(k.kind())):
        for record in material.records.get(kind, ()):
            for problem in record.origin.problems:
                # an empty cell may be permissive: what could not be read must not count as empty
                yield gap("台账中有无法识别的单元格", "a cell of a ledger could not be read", at=record.origin, cell=problem)
        for refused in bound.refused.get(kind, ()):
            why = f"{refused.reason.zh} / {refused.reason.en}"
            if refused.origin.row is None:
                yield gap(
                    "台账工作表无法放心使用",
                    "a sheet of a ledger cannot be relied on",
                    at=refused.origin,
                    sheet=refused.origin.sheet,
                    because=why,
                )
            else:
                yield gap("台账行无法使用", "a row of a ledger could not be used", at=refused.origin, because=why)


def why_not(material: Material, check: Check) -> Text | None:
    """Return the reason when none of the clauses of the check applies on the day, else None."""
    catalogue = walk.catalogue()
    reasons: list[Text] = []
    for clause in (catalogue.clauses[i] for i in check.clauses):
        reason = clause_why_not(clause.id, material)
        if reason is None:
            return None
        reasons.append(reason)
    return reasons[0] if reasons else None


def clause_why_not(clause_id: str, material: Material) -> Text | None:
    """Return why a clause does not apply: not in force on the day, or the features of the subject."""
    catalogue = walk.catalogue()
    clause = catalogue.clauses[clause_id]
    instrument = catalogue.instruments[clause.instrument]
    if not instrument.in_force(material.day):
        if instrument.in_force_from is None:
            return Text("征求意见稿或境外文件，在境内无约束力", "a draft or foreign instrument, not binding here")
        if material.day < instrument.in_force_from:
            start = instrument.in_force_from.isoformat()
            return Text(f"尚未施行（{start} 起）", f"not yet in force (from {start})")
        return Text(f"已失效（至 {instrument.in_force_until}）", f"no longer in force (until {instrument.in_force_until})")
    return clause.why_not(material.subject)


def used_limits(material: Material, check: Check, profile: Profile) -> tuple[UsedLimit, ...]:
    """Return every number that decides: those of the check as they are used, and those of the derives that feed it."""
    changes = profile.limits.get(check.id, {})
    found = [_limit(t.name, t.default, t.limit, changes.get(t.name), material.day) for t in check.tunables]
    for step in material.below(check):
        found += [
            _limit(f"{step.id.rsplit('.', 1)[-1]}.{t.name}", t.default, t.limit, None, material.day) for t in step.tunables if t.limit
        ]
    return tuple(found)


def _limit(name: str, value: Any, limit: Limit | None, changed: ProfileLimit | None, day: date) -> UsedLimit:
    instrument = walk.catalogue().instruments.get(limit.source.split("/", 1)[0]) if limit else None
    return UsedLimit(
        name=name,
        value=changed.value if changed else value,
        unit=limit.unit if limit else "",
        source=limit.source if limit else "",
        basis="P" if changed else limit.basis if limit else None,  # a number of the programme is a proposal, whatever the default rests on
        in_force=instrument.in_force(day) if instrument else True,
        justification=changed.justification if changed else "",
    )


def saying(text: Text) -> Saying:
    """Turn a text into its JSON form."""
    return Saying(zh=text.zh, en=text.en)


def seen(folded: Folded) -> tuple[SeenFinding, ...]:
    """Turn kept findings into their JSON form."""
    return tuple(
        SeenFinding(
            kind=f.kind,
            text=saying(f.text),
            source=f.source,
            row=f.row,
            t_ns=f.t_ns,
            measured=f.measured,
            limit=f.limit,
            unit=f.unit,
            facts=f.facts,
        )
        for f in folded.kept
    )
