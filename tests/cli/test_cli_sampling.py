"""Sealing, drawing, verifying: what is done afterwards to list, plan or sample is caught."""

import csv
from pathlib import Path

import pytest

from zhunru.cli._group import run
from zhunru.cli.sampling import LIST, PLAN, SAMPLE

FUTURE = "2099-01-01T10:00+08:00"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    rows = ["VIN,车型,生产日期,车辆用途,车辆状态"]
    rows += [f"LSVAA4182E2{k:06d},样车{'一二'[k % 3 == 0]}号,2026-0{1 + k % 2}-05,量产,已售" for k in range(200)]
    path = tmp_path / "车辆.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def sealed(ledger: Path, out: Path, *more: str) -> int:
    return run(["sampling", "seal", str(ledger), "--plan", "S-1", "--source", "drand 5", "--named-by", "王检", "--out", str(out), *more])


@pytest.fixture
def drawn(ledger: Path, tmp_path: Path) -> Path:
    out = tmp_path / "抽样"
    assert sealed(ledger, out, "--by", "model,month") == 0
    assert run(["sampling", "draw", str(out), "--randomness", "9f3c", "--public-at", FUTURE]) == 0
    assert run(["sampling", "verify", str(out)]) == 0
    return out


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def altered(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)


def test_sizes_and_strata(drawn: Path) -> None:
    listed, sample = rows_of(drawn / LIST)[1:], rows_of(drawn / SAMPLE)[1:]
    assert len(listed) == 200
    assert {r[2] for r in listed} == {f"样车{m}号/2026-0{k}" for m in "一二" for k in (1, 2)}
    assert len(sample) == 51  # hypergeometric: 10 of 200 deviate, 95 %
    assert {r[2] for r in sample} == {r[2] for r in listed}


def test_the_order_of_the_list_changes_nothing(ledger: Path, tmp_path: Path, drawn: Path) -> None:
    lines = ledger.read_text(encoding="utf-8").splitlines()
    ledger.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8")
    again = tmp_path / "再抽"
    assert sealed(ledger, again, "--by", "model,month") == 0
    assert run(["sampling", "draw", str(again), "--randomness", "9f3c", "--public-at", FUTURE]) == 0
    assert rows_of(again / SAMPLE) == rows_of(drawn / SAMPLE)


@pytest.mark.parametrize("what", ["remove", "add", "replace", "stratum"])
def test_another_list_is_caught(drawn: Path, what: str) -> None:
    rows = rows_of(drawn / LIST)
    if what == "remove":
        rows.pop()
    elif what == "add":
        rows.append([rows[1][0], "LSVAA4182E2999999", rows[1][2]])
    elif what == "replace":
        rows[5][1] = "LSVAA4182E2999999"
    else:
        rows[5][2] = next(r[2] for r in rows[1:] if r[2] != rows[5][2])
    altered(drawn / LIST, rows)
    assert run(["sampling", "verify", str(drawn)]) == 1


@pytest.mark.parametrize("heading", ["方案编号", "封存摘要", "各层样本量", "接收数", "随机数", "封存时间"])
def test_another_plan_is_caught(drawn: Path, heading: str) -> None:
    rows = rows_of(drawn / PLAN)
    place = rows[0].index(heading)
    new = {"封存时间": "2099-02-01", "各层样本量": rows[1][place].replace("=", "=1"), "接收数": "1", "封存摘要": "sha256:" + "0" * 64}
    rows[1][place] = new.get(heading, "other")
    altered(drawn / PLAN, rows)
    assert run(["sampling", "verify", str(drawn)]) == 1


@pytest.mark.parametrize("what", ["exchange", "drop", "stranger", "excuse"])
def test_another_sample_is_caught(drawn: Path, what: str) -> None:
    rows, listed = rows_of(drawn / SAMPLE), rows_of(drawn / LIST)
    taken = {r[1] for r in rows}
    if what == "exchange":
        rows[1][1] = next(r[1] for r in listed[1:] if r[1] not in taken and r[2] == rows[1][2])
    elif what == "drop":
        rows.pop()
    elif what == "stranger":
        rows.append([rows[1][0], "LSVAA4182E2999999", rows[1][2], "99", ""])
    else:
        rows[1][4] = "已报废"  # a car that cannot be had needs the next one in rank
    altered(drawn / SAMPLE, rows)
    assert run(["sampling", "verify", str(drawn)]) == 1


def test_a_second_draw_and_randomness_of_the_past_are_refused(ledger: Path, drawn: Path, tmp_path: Path) -> None:
    assert run(["sampling", "draw", str(drawn), "--randomness", "aaaa", "--public-at", FUTURE]) == 2
    assert sealed(ledger, drawn) == 2  # the folder holds a plan
    out = tmp_path / "新"
    assert sealed(ledger, out) == 0
    assert run(["sampling", "draw", str(out), "--randomness", "9f3c", "--public-at", "2020-01-01T10:00+08:00"]) == 2
    assert not (out / SAMPLE).exists()


def test_a_list_with_a_car_twice_or_without_cars_is_refused(ledger: Path, tmp_path: Path) -> None:
    assert sealed(ledger, tmp_path / "a", "--product", "样车九号") == 2
    lines = ledger.read_text(encoding="utf-8").splitlines()
    ledger.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    assert sealed(ledger, tmp_path / "b") == 2
    assert sealed(ledger, tmp_path / "c", "--by", "colour") == 2


def test_a_value_that_looks_like_a_formula_is_refused(ledger: Path, tmp_path: Path) -> None:
    arguments = [
        "sampling",
        "seal",
        str(ledger),
        "--plan",
        "=1+1",
        "--source",
        "drand 5",
        "--named-by",
        "王检",
        "--out",
        str(tmp_path / "a"),
    ]
    assert run(arguments) == 2


def test_the_seal_goes_into_the_ledger_and_the_sheets_are_read(ledger: Path, tmp_path: Path) -> None:
    from zhunru.engine.bind import bind
    from zhunru.engine.dossier import File, sha256_of
    from zhunru.engine.ledger import Ledger
    from zhunru.engine.run import read_all

    dossier = tmp_path / "样车"
    dossier.mkdir()
    (dossier / "dossier.toml").write_text('format = 1\n[subject]\nname = "样车一号"\nmaker = "示例汽车"\n', encoding="utf-8")
    out = tmp_path / "抽样"
    assert sealed(ledger, out, "--dossier", str(dossier)) == 0
    plan = dict(zip(*rows_of(out / PLAN), strict=True))
    assert [(e.kind, e.body["plan"], e.body["sealed"]) for e in Ledger(dossier / "ledger.jsonl").entries()] == [
        ("sampling", "S-1", plan["封存摘要"])
    ]
    assert run(["sampling", "draw", str(out), "--randomness", "9f3c", "--public-at", FUTURE]) == 0
    files = [File(p.name, p, p.stat().st_size, sha256_of(p)) for p in sorted(out.iterdir())]
    bound = bind(files, read_all(files, tmp_path / "cache", 1, None), tmp_path / "cache")
    assert {k.kind(): len(v) for k, v in bound.records.items()} == {"sampling_plan": 1, "listed_vehicle": 200, "sampled_vehicle": 51}
    assert not bound.refused


@pytest.mark.parametrize("damage", ["no line end", "bad cell", "no vin"])
def test_a_ledger_that_is_not_read_whole_is_refused(ledger: Path, tmp_path: Path, damage: str) -> None:
    text = ledger.read_text(encoding="utf-8")
    row = {
        "no line end": 'LSVAA4182E2000999,"样车一号',
        "bad cell": "LSVAA4182E2000999,样车一号,soon,量产,已售\n",
        "no vin": ",样车一号,2026-01-05,量产,已售\n",
    }
    ledger.write_text(text + row[damage], encoding="utf-8")
    assert sealed(ledger, tmp_path / "a") == 2
