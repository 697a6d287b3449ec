"""`zhunru metadata` as a user types it: exit codes, both languages, both forms; a target path never leads out of its folder."""

import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from zhunru.cli.metadata import command
from zhunru.engine.update_repository import _content

NOW = "2026-01-01T00:00:00Z"


def run(*words: object) -> Result:
    return CliRunner().invoke(command, [str(w) for w in words], standalone_mode=False)


def code(result: Result) -> object:
    return result.return_value if result.exception is None else type(result.exception).__name__


@pytest.fixture
def vectors(real: Callable[[str], Path], tmp_path: Path) -> Path:
    wanted = ("simple/", "image_repo_target_oversized/", "bad_hw_id/", "director_root_rotation/")
    with tarfile.open(real("ota/uptane_attack_vectors_give.tar.xz")) as packed:
        members = [m for m in packed.getmembers() if any(m.name.startswith(f"uptane_vectors/{w}") for w in wanted)]
        packed.extractall(tmp_path, members, filter="data")
    return tmp_path / "uptane_vectors"


def test_a_single_repository(real: Callable[[str], Path]) -> None:
    folder = real("ota/tuf_sigstore-root-signing")
    root = folder / "metadata/1.root.json"
    good = run("verify", folder, "--trusted-root", root, "--now", "2025-02-14", "--target", "trusted_root.json")
    assert code(good) == 0 and "U-R2" in good.output and "✗" not in good.output
    late = run("verify", folder, "--trusted-root", root, "--now", "2026-02-14")
    assert code(late) == 1 and "ExpiredMetadata::Root" in late.output
    assert code(run("verify", folder, "--now", "2025-02-14")) == 3
    assert code(run("verify", folder, "--trusted-root", root, "--now", "2025-02-14", "--target", "absent")) == 1


def test_a_pair_and_its_json_form(vectors: Path) -> None:
    folder = vectors / "simple/0"
    words = ["verify", folder, "--policy", "uptane-2017", "--now", NOW, "--format", "json"]
    open_ = run(*words)
    told = json.loads(open_.output)
    assert code(open_) == 3 and len(told["open"]) == 3
    ecu = ["--ecu", "123", "--hardware", "test-hw", "--images", folder / "image_repo"]
    roots = ["--trusted-root", folder / "director/1.root.json", "--trusted-image-root", folder / "image_repo/1.root.json"]
    whole = run(*words, *ecu, *roots)
    assert code(whole) == 0 and json.loads(whole.output)["open"] == []
    assert {"U-I2", "U-M1"} <= {s["step"] for s in json.loads(whole.output)["steps"]}
    wrong = run(*words, "--ecu", "123", "--hardware", "other", *roots)
    (failed,) = [s for s in json.loads(wrong.output)["steps"] if s["verdict"] == "failed" and s["repository"] == "director"]
    assert code(wrong) == 1 and (failed["error"], failed["attack"]) == ("BadHardwareId", "wrong-software")


def test_partial_verification(vectors: Path) -> None:
    folder = vectors / "simple/0"
    words = ["verify", folder, "--policy", "uptane-2017", "--now", NOW, "--partial", "--trusted-root", folder / "director/1.root.json"]
    assert code(run(*words, "--ecu", "123", "--hardware", "test-hw")) == 3
    assert code(run(*words, "--ecu", "123", "--hardware", "other")) == 1
    assert code(run(*words)) == "PlanError"


def test_what_cannot_be_verified_is_a_usage_error(tmp_path: Path, vectors: Path) -> None:
    assert code(run("verify", tmp_path / "absent")) == "BadParameter"
    (tmp_path / "empty").mkdir()
    assert code(run("verify", tmp_path / "empty")) == "PlanError"
    shutil.rmtree(vectors / "simple/0/image_repo")
    assert code(run("verify", vectors / "simple/0")) == "PlanError"
    assert code(run("verify", vectors / "bad_hw_id/0", "--ecu", "123")) == "UsageError"


def test_vectors_are_compared_with_what_is_expected(vectors: Path, real: Callable[[str], Path], tmp_path: Path) -> None:
    whole = json.loads(real("ota/uptane_attack_vectors_give.expected.json").read_text(encoding="utf-8"))
    some = tmp_path / "some.json"
    some.write_text(json.dumps({n: s for n, s in whole.items() if (vectors / n).is_dir()}), encoding="utf-8")
    assert code(run("vectors", vectors, "--expected", some, "--now", NOW)) == 0
    assert code(run("vectors", vectors, "--expected", real("ota/uptane_attack_vectors_give.expected.json"), "--now", NOW)) == 1
    other = json.loads(some.read_text(encoding="utf-8"))
    other["simple"][0]["director"]["update"] = {"is_success": False, "err": "BadKeyId"}
    some.write_text(json.dumps(other), encoding="utf-8")
    told = run("vectors", vectors, "--expected", some, "--now", NOW)
    assert code(told) == 1 and "✗ simple" in told.output
    assert set(json.loads(run("vectors", vectors, "--now", NOW).output)) == {
        "simple",
        "image_repo_target_oversized",
        "bad_hw_id",
        "director_root_rotation",
    }
    some.write_text("[]", encoding="utf-8")
    assert code(run("vectors", vectors, "--expected", some)) == "PlanError"


def test_a_target_path_stays_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "images/a.bin").write_bytes(b"y")
    (tmp_path / "images/link").symlink_to(tmp_path / "secret")
    content = _content(tmp_path / "images")
    target = {"length": 1, "hashes": {"sha256": "../../secret"}}
    assert b"".join(content("a.bin", target)) == b"".join(content("/a.bin", target)) == b"y"
    for name in ("../secret", "/../secret", "a/../../secret", "link", "absent", ""):
        assert content(name, target) is None
