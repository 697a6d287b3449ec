"""Signatures of a metadata file against the keys and threshold of its role."""

from collections.abc import Mapping

from zhunru.wire.metadata_file import MetadataFile, Rule, Signature, titled
from zhunru.wire.metadata_key import Key, verifies
from zhunru.wire.metadata_step import Refused, Steps


def check_kind(file: MetadataFile, role: str, step: str, steps: Steps) -> None:
    """Refuse a file of another role: signed data of one kind must not pass for another.

    Raises:
        Refused: `SecurityException::Role`.
    """
    top = role.lower() if role.lower() in {"root", "timestamp", "snapshot"} else "targets"
    if file.kind != top:
        raise steps.refuse(step, f"SecurityException::{titled(role)}", role, f"_type {file.kind[:40]!r}")


def check_signatures(
    message: bytes,
    signatures: tuple[Signature, ...],
    rule: Rule,
    keys: Mapping[str, Key],
    role: str,
    step: str,
    steps: Steps,
    most: int,
    attack: str = "",
) -> None:
    """Refuse a file that too few different keys of its role have signed.

    Args:
        message: Bytes that are signed.
        signatures: As they stand in the file.
        rule: Key ids and threshold of the role.
        keys: Keys by id; those of other roles do no harm.
        role: Role, for messages.
        step: Step that fails.
        steps: Where it is noted.
        most: Number of signatures that are looked at.
        attack: Attack that a missing signature lets through, empty = that of the step.

    Raises:
        Refused: `NonUniqueSignatures`, `BadKeyId` (the only signature there is does not count) or `UnmetThreshold`.
    """
    ids = [s.key_id for s in signatures]
    if len(set(ids)) != len(ids):
        raise steps.refuse(step, f"NonUniqueSignatures::{titled(role)}", role, f"{len(ids)} signatures, {len(set(ids))} key ids", attack)
    if len(ids) > most:
        raise steps.refuse(step, f"InvalidMetadata::{titled(role)}", role, f"{len(ids)} signatures > {most}", "endless-data")
    signers = {
        keys[s.key_id].identity
        for s in signatures
        if s.key_id in rule.key_ids and s.key_id in keys and verifies(keys[s.key_id], s.proof, message)
    }
    told = f"{len(signers)} of {rule.threshold} keys"
    if len(ids) == 1 and not signers:
        raise steps.refuse(step, "BadKeyId", role, told, attack)
    if len(signers) < rule.threshold:
        raise steps.refuse(step, f"UnmetThreshold::{titled(role)}", role, told, attack)
    steps.passed(step, role, told)


def signed_enough(file: MetadataFile, rule: Rule, keys: Mapping[str, Key], most: int) -> bool:
    """Tell whether a file trusted earlier still meets the threshold of its role."""
    try:
        check_signatures(file.message, file.signatures, rule, keys, file.kind, "U-R4", Steps(""), most)
    except Refused:
        return False
    return True
