"""The two repositories of a car: full verification as a Primary does it, partial verification as a small Secondary does.

    car = Car({"ecu-1": Ecu("hw-a", counter=3)})
    pair = Pair(trust(director_root, UPTANE, "director"), trust(image_root, UPTANE, "image"))
    seen = verify_full(pair, director_fetch, image_fetch, now, car, UPTANE, content)
    seen.accepted          # may anything be installed?
    seen.answers           # per target and ECU: what Director and Image repository say of it, and what is wrong
    seen.steps             # every step with its id, verdict, error, attack
    seen.pair              # new trusted state; the old one whenever anything failed

    part = verify_partial(director_trusted, director_fetch, now, "ecu-1", Ecu("hw-a"), UPTANE)     # Director targets only
    part.target, part.refusal

`now` is the attested time: `wire.uptane_time.check_time`. `content(name, target)` gives the chunks of an image, None when it cannot be had.

References: Uptane Standard 2.1.0, 5.4.4.1 to 5.4.4.7; ota-and-recorders.md 3.2.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from zhunru.wire.metadata_delegation import find_target
from zhunru.wire.metadata_file import BadForm, MetadataFile, rules_of, targets_of
from zhunru.wire.metadata_policy import Fetch, Policy
from zhunru.wire.metadata_repository import refresh
from zhunru.wire.metadata_step import ATTACKS, STEPS, Outcome, Refused, Steps
from zhunru.wire.metadata_take import Trusted, take_targets
from zhunru.wire.metadata_target import check_file, counter_of, ecus_of, hardware_of, must_match, same_file

Content = Callable[[str, Mapping[str, Any]], Iterable[bytes] | None]


class Ecu(NamedTuple):
    """One ECU of the inventory: its hardware id and the release counter of what is installed, when known."""

    hardware: str
    counter: int | None = None


@dataclass(frozen=True)
class Car:
    """The inventory: ECU id -> what it is."""

    ecus: Mapping[str, Ecu]


@dataclass(frozen=True)
class Pair:
    """What a car trusts of both repositories."""

    director: Trusted
    image: Trusted


@dataclass
class Answer:
    """What is said of one target for one ECU.

    Args:
        name: Target path.
        ecu: ECU to which the Director assigns it.
        director: Entry of the Director.
        image: Entry of the Image repository, None when it lists none.
        faults: Repository -> the step that failed; none = it may be installed.
    """

    name: str
    ecu: str
    director: Mapping[str, Any]
    image: Mapping[str, Any] | None = None
    faults: dict[str, Outcome] = field(default_factory=dict)


class Verified(NamedTuple):
    """What came of a full verification.

    Args:
        pair: New state, the old one when anything failed.
        steps: Steps of Director, Image repository, then of the targets.
        refusals: Repository -> step at which following its metadata stopped.
        answers: One per target and ECU; empty when a repository was refused.
    """

    pair: Pair
    steps: tuple[Outcome, ...]
    refusals: dict[str, Outcome]
    answers: tuple[Answer, ...]

    @property
    def accepted(self) -> bool:
        """Nothing failed."""
        return not self.refusals and not any(a.faults for a in self.answers)


class PartlyVerified(NamedTuple):
    """What came of a partial verification: the target of the ECU (None = nothing to install), steps, and the step that failed."""

    trusted: Trusted
    target: tuple[str, Mapping[str, Any]] | None
    steps: tuple[Outcome, ...]
    refusal: Outcome | None


def verify_full(
    pair: Pair, director: Fetch, image: Fetch, now: datetime, car: Car, policy: Policy, content: Content | None = None
) -> Verified:
    """Verify both repositories and that they agree on every target of the car.

    The Image repository is followed also when the Director fails, so that a report tells of both; nothing is accepted then.

    Args:
        pair: State so far.
        director: Gives metadata of the Director.
        image: Gives metadata of the Image repository.
        now: Attested time.
        car: Inventory.
        policy: Choices of the client.
        content: Gives images; None leaves length and hashes of the files unchecked.
    """
    first = refresh(pair.director, director, now, policy, "director")
    steps, refusals = list(first.steps), {}
    wanted: dict[str, Mapping[str, Any]] = {}
    sane = Steps("director")
    if first.refusal:
        refusals["director"] = first.refusal
    else:
        try:
            wanted = check_director(first.trusted.targets["targets"], sane)
        except Refused as refused:
            refusals["director"] = refused.outcome
    second = refresh(pair.image, image, now, policy, "image")
    steps += [*sane.taken, *second.steps]
    kept, listed = second.trusted, {}
    if second.refusal:
        refusals["image"] = second.refusal
    for name in wanted if not second.refusal else ():
        found = find_target(kept, name, image, now, policy, "image")
        steps += found.steps
        if found.refusal:
            refusals["image"] = found.refusal
            break
        kept, listed[name] = found.trusted, found.target
    answers: tuple[Answer, ...] = ()
    if not refusals:
        last = Steps("director")
        answers = tuple(a for name, target in wanted.items() for a in _answers(name, target, listed[name], car, content, last))
        steps += last.taken
    failed = [*refusals.values(), *(f for a in answers for f in a.faults.values())]
    new = pair if failed else Pair(first.trusted, kept)
    steps.append(_ended(failed, unchanged=new is pair))
    return Verified(new, tuple(steps), refusals, answers)


def verify_partial(trusted: Trusted, fetch: Fetch, now: datetime, serial: str, ecu: Ecu, policy: Policy) -> PartlyVerified:
    """Verify the Director's targets alone, for one ECU.

    Args:
        trusted: State of the Director; its root names the keys of the targets.
        fetch: Gives metadata of the Director.
        now: Attested time.
        serial: ECU id.
        ecu: The ECU.
        policy: Choices of the client.
    """
    steps = Steps("director")
    try:
        if trusted.root is None:
            raise steps.refuse("U-G2", "MetadataFetchFailure::Root", "root", "no trusted root")
        rules, keys = rules_of(trusted.root, policy)
        steps.skipped("U-G1", "targets", "partial verification reads no snapshot")
        file = take_targets("targets", rules["targets"], keys, None, replace(trusted, snapshot=None), fetch, now, policy, steps)
        mine = [(n, t) for n, t in check_director(file, steps).items() if serial in ecus_of(t)]
        for name, target in mine:
            _for_ecu(name, target, serial, ecu, steps)
    except Refused as refused:
        steps.taken.append(_ended([refused.outcome], unchanged=True))
        return PartlyVerified(trusted, None, tuple(steps.taken), refused.outcome)
    steps.taken.append(_ended([], unchanged=False))
    new = replace(trusted, targets={**trusted.targets, "targets": file})
    return PartlyVerified(new, mine[0] if mine else None, tuple(steps.taken), None)


def check_director(file: MetadataFile, steps: Steps) -> dict[str, Mapping[str, Any]]:
    """Return the Director's targets after the rules that hold for it alone: no delegations, no ECU twice.

    Raises:
        Refused: `InvalidMetadata::Targets`.
    """
    delegations = file.signed.get("delegations")
    if delegations is not None and (not isinstance(delegations, dict) or any(delegations.values())):
        raise steps.refuse("U-G4", "InvalidMetadata::Targets", "targets", "delegations", "arbitrary-software")
    seen: set[str] = set()
    targets = targets_of(file)
    for name, target in targets.items():
        try:
            ecus = ecus_of(target)
        except BadForm as bad:
            raise steps.refuse("U-G4", "InvalidMetadata::Targets", "targets", f"{name[:80]}: {bad.detail}") from bad
        if not ecus:
            raise steps.refuse("U-G4", "InvalidMetadata::Targets", "targets", f"{name[:80]}: no ECU")
        twice = sorted(seen & set(ecus))
        if twice:
            raise steps.refuse("U-G4", "InvalidMetadata::Targets", "targets", f"{twice[0][:80]} twice")
        seen |= set(ecus)
    steps.passed("U-G4", "targets", f"{len(seen)} ECUs")
    return dict(targets)


def _answers(
    name: str, target: Mapping[str, Any], image: Mapping[str, Any] | None, car: Car, content: Content | None, steps: Steps
) -> Iterable[Answer]:
    file_faults: dict[str, Outcome] | None = None
    for serial in ecus_of(target):
        answer = Answer(name, serial, target, image)
        try:
            if serial not in car.ecus:
                raise steps.refuse("U-G4", "BadEcuId", name, serial[:80], "wrong-software")
            ecu = car.ecus[serial]
            _hardware(answer, ecu, steps)
            if not answer.faults:
                entry = _agree(answer, content, steps)
                _counters(answer, entry, ecu, steps)
        except Refused as refused:
            answer.faults[refused.outcome.repository] = refused.outcome
        if not answer.faults and content is not None:
            if file_faults is None:
                file_faults = _file(answer, entry, content, steps)
            answer.faults |= file_faults
        yield answer


def _for_ecu(name: str, target: Mapping[str, Any], serial: str, ecu: Ecu, steps: Steps) -> None:
    """Check what a Secondary can tell of a target from the Director alone."""
    hardware = ecus_of(target)[serial]
    if hardware is not None and hardware != ecu.hardware:
        raise steps.refuse("U-I1", "BadHardwareId", name, f"{hardware[:80]}, ECU has {ecu.hardware}")
    steps.passed("U-I1", name, hardware or "the Director names no hardware")
    _counter(name, counter_of_or_refuse(target, name, steps), ecu, steps)


def _hardware(answer: Answer, ecu: Ecu, steps: Steps) -> None:
    """Note whether the hardware ids of both repositories fit the ECU."""
    name, hardware = answer.name, ecus_of(answer.director)[answer.ecu]
    if hardware is not None and hardware != ecu.hardware:
        answer.faults["director"] = steps.refuse("U-I1", "BadHardwareId", name, f"{hardware[:80]}, ECU has {ecu.hardware}").outcome
    else:
        steps.passed("U-I1", name, hardware or "the Director names no hardware")
    try:
        allowed = hardware_of(answer.image) if answer.image is not None else None
    except BadForm as bad:
        raise _refuse_image(steps, "U-I1", "InvalidMetadata::Targets", name, bad.detail) from bad
    if allowed is not None and ecu.hardware not in allowed:
        # named by one repository and denied by the other: they contradict each other; denied by both: it is for other hardware
        step, error = ("U-I1", "BadHardwareId") if answer.faults else ("U-M1", "TargetMismatch")
        told = f"{sorted(allowed)}, ECU has {ecu.hardware}"
        answer.faults["image"] = _refuse_image(steps, step, error, name, told).outcome


def _agree(answer: Answer, content: Content | None, steps: Steps) -> Mapping[str, Any]:
    """Return the entry of the Image repository, which says the same of the target as the Director."""
    name, image = answer.name, answer.image
    if image is None:
        raise steps.refuse("U-M1", "TargetMismatch", name, "the Image repository lists no such target")
    if not same_file(answer.director, image):
        told = f"length {answer.director['length']} and {image['length']}, or hashes"
        borne_out = content is not None and not _of(content, name, image)
        # the repository whose word the file bears out is the one that the other contradicts
        if borne_out:
            raise _refuse_image(steps, "U-M1", "TargetMismatch", name, told)
        raise steps.refuse("U-M1", "TargetMismatch", name, told)
    if must_match(answer.director) != must_match(image):
        raise steps.refuse("U-M1", "TargetMismatch", name, "custom fields that must match")
    steps.passed("U-M1", name, f"{image['length']} B")
    return image


def _counters(answer: Answer, image: Mapping[str, Any], ecu: Ecu, steps: Steps) -> None:
    told = [counter_of_or_refuse(t, answer.name, steps) for t in (image, answer.director)]
    known = {c for c in told if c is not None}
    if len(known) > 1:
        raise steps.refuse("U-M1", "TargetMismatch", answer.name, f"release counters {sorted(known)}")
    _counter(answer.name, next(iter(known), None), ecu, steps)


def counter_of_or_refuse(target: Mapping[str, Any], name: str, steps: Steps) -> int | None:
    """Return the release counter of a target.

    Raises:
        Refused: It is no whole number.
    """
    try:
        return counter_of(target)
    except BadForm as bad:
        raise steps.refuse("U-M2", "InvalidMetadata::Targets", name, bad.detail) from bad


def _counter(name: str, told: int | None, ecu: Ecu, steps: Steps) -> None:
    if ecu.counter is None:
        steps.skipped("U-M2", name, "no release counter is known of what is installed")
    elif told is None or told < ecu.counter:
        raise steps.refuse("U-M2", "ReleaseCounterRollback", name, f"{told} after {ecu.counter}")
    else:
        steps.passed("U-M2", name, f"{told} after {ecu.counter}")


def _of(content: Content, name: str, target: Mapping[str, Any]) -> bool:
    """Tell whether the file is other than `target` says."""
    chunks = content(name, target)
    return chunks is None or check_file(target, chunks) is not None


def _file(answer: Answer, image: Mapping[str, Any], content: Content, steps: Steps) -> dict[str, Outcome]:
    """Note whether the image is what both repositories say; return the fault of both."""
    both = {**image, "hashes": {**answer.director["hashes"], **image["hashes"]}}
    chunks = content(answer.name, both)
    if chunks is None:
        refused = steps.refuse("U-I2", "InvalidTarget", answer.name, "the file cannot be had", "drop-request").outcome
    elif fault := check_file(both, chunks):
        refused = steps.refuse(fault.step, fault.error, answer.name, fault.detail, fault.attack).outcome
    else:
        steps.passed("U-I2", answer.name, f"{both['length']} B, {', '.join(sorted(both['hashes']))}")
        return {}
    return {"director": refused, "image": replace(refused, repository="image")}


def _refuse_image(steps: Steps, step: str, error: str, name: str, detail: str) -> Refused:
    """Note in `steps` that the Image repository failed a step; return the error to raise."""
    refused = Steps("image").refuse(step, error, name, detail)
    steps.taken.append(refused.outcome)
    return refused


def _ended(failed: list[Outcome], *, unchanged: bool) -> Outcome:
    """Return the last step: that every failure names its attack and that the trusted state stayed."""
    if not failed:
        return Outcome("U-E1", "not_applicable", "director", "state", "", "nothing failed", STEPS["U-E1"].attack)
    named = all(f.error and f.attack in ATTACKS for f in failed)
    told = f"{failed[0].error}; state unchanged" if unchanged else "the trusted state changed"
    return Outcome("U-E1", "passed" if named and unchanged else "failed", "director", "state", "", told, STEPS["U-E1"].attack)
