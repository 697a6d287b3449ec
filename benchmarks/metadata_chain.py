"""A metadata chain with many targets: trusted root -> timestamp -> snapshot -> targets, ours beside python-tuf.

    sh run python benchmarks/metadata_chain.py [targets]

Both start from the same trusted root and the same bytes in memory, check signatures, thresholds, duplicate key ids, lengths, hashes,
versions and expiry, and end with the same view of every target; the answer (a digest over name, length and hashes) is asserted equal first.
"self" is processor time: both sides work in one thread, and what else the machine does is no part of it.
"""

import argparse
import hashlib
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from side_by_side import PYTHON, child, contest, report

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROLES = ("root", "timestamp", "snapshot", "targets")


def make(folder: Path, count: int) -> None:
    """Write a chain of `count` targets, signed with throw-away keys by an independent library."""
    from securesystemslib.signer._crypto_signer import CryptoSigner
    from tuf.api._payload import MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
    from tuf.api.metadata import Metadata

    def body(i: int) -> bytes:
        return hashlib.sha256(b"%d" % i).digest()

    signers = {role: CryptoSigner.generate_ed25519() for role in ROLES}
    expires = datetime(2036, 1, 1, tzinfo=UTC)
    raw: dict[str, bytes] = {}

    def written(role: str, signed: Any) -> bytes:
        metadata = Metadata(signed)
        metadata.sign(signers[role])
        raw[role] = metadata.to_bytes()
        return raw[role]

    root = Root(version=1, expires=expires, consistent_snapshot=False)
    for role, signer in signers.items():
        root.add_key(signer.public_key, role)
    targets = Targets(version=1, expires=expires)
    for i in range(count):
        name = f"ecu/{i % 100:03d}/firmware-{i:06d}.bin"
        targets.targets[name] = TargetFile.from_data(name, body(i), ["sha256"])
    listed = MetaFile.from_data(1, written("targets", targets), ["sha256"])
    snapshot = written("snapshot", Snapshot(version=1, expires=expires, meta={"targets.json": listed}))
    written("timestamp", Timestamp(version=1, expires=expires, snapshot_meta=MetaFile.from_data(1, snapshot, ["sha256"])))
    written("root", root)
    for role, content in raw.items():
        (folder / f"{role}.json").write_bytes(content)


def _seen(entries: "list[tuple[str, int, str]]") -> str:
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(json.dumps(entry).encode())
    return digest.hexdigest()


def ours(folder: Path, rounds: int) -> None:
    """Verify `rounds` times, each from the trusted root alone."""
    from zhunru.wire.metadata_file import targets_of
    from zhunru.wire.metadata_policy import TUF
    from zhunru.wire.metadata_repository import refresh, trust

    files = {f.name: f.read_bytes() for f in folder.iterdir()}
    trusted = trust(files["root.json"], TUF)
    spent, seen = 0.0, None
    for number in range(rounds + 1):
        seen = None  # the peer lets go of the last chain outside of its time as well
        began = time.process_time()
        seen = refresh(trusted, lambda name, _: files.get(name), NOW, TUF)
        spent += (time.process_time() - began) if number else 0  # both sides warm
    assert seen is not None
    assert seen.refusal is None, seen.refusal
    targets = targets_of(seen.trusted.targets["targets"])
    child(_seen([(n, t["length"], t["hashes"]["sha256"]) for n, t in sorted(targets.items())]), time.perf_counter() - spent)


def peer(folder: Path, rounds: int) -> None:
    """The same by python-tuf."""
    from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
    from tuf.ngclient.config import EnvelopeType

    files = {f.name: f.read_bytes() for f in folder.iterdir()}
    began = spent = 0.0
    for number in range(rounds + 1):
        chain = TrustedMetadataSet(files["root.json"], EnvelopeType.METADATA)
        chain.reference_time = NOW
        began = time.process_time()
        chain.update_timestamp(files["timestamp.json"])
        chain.update_snapshot(files["snapshot.json"])
        targets = chain.update_targets(files["targets.json"])
        spent += (time.process_time() - began) if number else 0
    child(_seen([(n, t.length, t.hashes["sha256"]) for n, t in sorted(targets.targets.items())]), time.perf_counter() - spent)


def main() -> int:
    """Run the contest, or one contestant in its own process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="?", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20, help="chains per process")
    parser.add_argument("--run", choices=["ours", "peer"])
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.run:
        {"ours": ours, "peer": peer}[given.run](given.folder, given.rounds)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), given.targets)
        size = (Path(folder) / "targets.json").stat().st_size
        line = [PYTHON, __file__, "--folder", folder, "--rounds", str(given.rounds), "--run"]
        best = contest({"python-tuf": [*line, "peer"], "zhunru": [*line, "ours"]}, rounds=5)
        assert best["python-tuf"].answer == best["zhunru"].answer, "the contestants see different targets"
        report(f"{given.targets} targets, {size / 1e6:.2f} MB, {given.rounds} chains", best, "zhunru")
        for name, b in best.items():
            print(f"  {name}: {b.self_s / given.rounds * 1000:.2f} ms per chain")
    return 0


if __name__ == "__main__":
    sys.exit(main())
