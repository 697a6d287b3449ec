"""`zhunru diff` on small dossiers."""

import json
from pathlib import Path
from typing import Any

import pytest

from zhunru.cli._group import run
from zhunru.range.configurations import approved, baseline, campaign, digest, ledgers
from zhunru.records.update_package import UpdatePackage
from zhunru.tables.difference.configuration import Ledgers


def written(folder: Path, sheets: Ledgers, *others: Any) -> Path:
    lines: list[str] = []
    for row in (*(r for rows in sheets for r in rows), *others):
        lines.append(f"[[{type(row).kind()}]]")
        for name, value in row.model_dump(mode="json").items():
            if value not in (None, [], ()):
                plain = (
                    "; ".join(value)
                    if isinstance(value, list)
                    else {True: "是", False: "否"}.get(value, value)
                    if isinstance(value, bool)
                    else value
                )
                lines.append(f"{name} = {json.dumps(str(plain), ensure_ascii=False)}")
    (folder / "records").mkdir(parents=True)
    (folder / "evidence").mkdir()
    (folder / "records/ota.toml").write_text("\n".join(lines), encoding="utf-8")
    (folder / "dossier.toml").write_text('format = 1\n[subject]\nname = "样车一号"\nmaker = "厂"\nota = true\n', encoding="utf-8")
    return folder


def package() -> UpdatePackage:
    return UpdatePackage.model_validate({"campaign": "U1", "package": "ivi.bin", "ecu": "IVI", "digest": digest(99), "to_version": "1.1"})


@pytest.fixture
def car(tmp_path: Path) -> Path:
    sheets = ledgers(
        approved(), baseline("B1"), baseline("B2"), baseline("B3"),
        B1={"units": {"IVI": {"version": "1.1", "digest": digest(9)}}},
        B2={"functions": {"HWP": {"enabled": "是"}}},
        B3={"flags": {"x": {"value": "[bold]1"}}},
    )  # fmt: skip
    rows = [campaign(claimed_class="A"), campaign("U2", "B2", claimed_class="A", functions="HWP"), campaign("U3", "B3", claimed_class="A")]
    return written(tmp_path / "car", sheets, *rows, package())


@pytest.mark.parametrize(("wanted", "code"), [("U1", 0), ("U2", 1), ("U3", 3)])
def test_exit_code_tells_how_much_is_needed(car: Path, wanted: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", str(car), "--campaign", wanted]) == code
    assert wanted in capsys.readouterr().out


def test_everything_is_as_bad_as_the_worst(car: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUNRU_LANG", "en")
    assert run(["diff", str(car)]) == 3
    told = capsys.readouterr().out
    assert "approval first" in told
    assert "enabled again function HWP" in told
    assert "no function cites the switch" in told
    assert "[bold]1" in told  # what stands in a ledger is no markup


def test_json_says_the_same(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", str(car), "--campaign", "U2", "--format", "json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["base"], told["after"], told["procedures"]) == ("B0", "B2", ["approve", "file"])
    assert {c["id"] for c in told["changes"]} == {"HWP"}
    assert [c["certain"] for c in told["conflicts"]] == [True]
    assert set(told["changes"][0]["why"]) == {"zh", "en"}


def test_any_two_baselines(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", str(car), "--from", "b0", "--to", "B2"]) == 1
    assert "HWP" in capsys.readouterr().out
    assert run(["diff", str(car), "--from", "B0", "--to", "B0"]) == 0


@pytest.mark.parametrize(
    "words", [["--campaign", "U9"], ["--from", "B0"], ["--from", "B0", "--to", "B9"], ["--from", "B0", "--to", "B1", "--campaign", "U1"]]
)
def test_wrong_use_is_told(car: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", str(car), *words]) == 2
    assert capsys.readouterr().err


def test_a_ledger_that_cannot_be_read_is_never_a_clean_answer(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (car / "records/more.toml").write_text("[[feature_flag]\n", encoding="utf-8")
    assert run(["diff", str(car), "--campaign", "U1"]) == 3
    assert "more.toml" in capsys.readouterr().err


def test_without_activities_nothing_is_known(tmp_path: Path) -> None:
    assert run(["diff", str(written(tmp_path / "car", ledgers(approved())))]) == 3


def test_help_is_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "--help"]) == 0
    assert "zhunru diff" in capsys.readouterr().out
