"""Stored copies in a dossier: the folder says what a file is, and assess scans it."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from zhunru.core.verdict import Verdict
from zhunru.engine.assess import assess
from zhunru.engine.dossier import File, open_dossier
from zhunru.engine.intake import reader_of
from zhunru.tables.sighting import Sighting

DUMP = "车架号,手机号\nLSVAA49J0X2000001,13912345678\n"
CHECK = "data.stored_items_are_in_the_ledger"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("evidence/stored", "records"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "dossier.toml").write_text(
        'format = 1\n[subject]\nname = "样车"\nmaker = "示例"\nautomation_level = 2\nota = true\ngnss = true\n', encoding="utf-8"
    )
    return tmp_path


def reader(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return reader_of(File(name, path, path.stat().st_size, ""))


@pytest.mark.parametrize(
    "content", [DUMP, '{"vin":"LSVAA49J0X2000001","n":1}\n' * 3, "(0.000001) can1 0D7#00\n", "a: 1\nb: 2\n", bytes(range(256))]
)
def test_the_folder_declares_what_the_content_does_not_tell(folder: Path, content: str | bytes) -> None:
    assert reader(folder, "evidence/stored/x", content) == "stored_copy"
    assert reader(folder, "evidence/stored/deep/x", content) == "stored_copy"
    for elsewhere in ("evidence/x", "records/x", "evidence/stored.csv", "records/evidence/stored/x", "evidence/restored/x"):
        assert reader(folder, elsewhere, content) != "stored_copy"


def test_databases_tell_what_they_are(folder: Path, tmp_path: Path) -> None:
    link = sqlite3.connect(":memory:")
    link.execute("CREATE TABLE t (a)")
    link.commit()
    for name in ("evidence/stored/a.db", "evidence/a.db", "records/a.csv"):
        assert reader(folder, name, link.serialize()) == "sqlite"


def test_a_dump_never_becomes_a_ledger_and_a_ledger_never_a_dump(folder: Path) -> None:
    posts = "姓名,职责,部门,任职日期,离任日期\n张三,数据安全负责人,信息安全部,2024-03-01,\n"
    reader(folder, "evidence/stored/任命.csv", posts)
    found = assess(open_dossier(folder), day=date(2026, 11, 22))
    assert next(c for c in found.checks if c.id == "data.owner_is_in_post").verdict is Verdict.MISSING
    reader(folder, "records/任命.csv", posts)
    found = assess(open_dossier(folder), day=date(2026, 11, 22))
    assert next(c for c in found.checks if c.id == "data.owner_is_in_post").verdict is Verdict.PASS
    assert Sighting.__name__ not in next(e for e in found.evidence if e.name == "records/任命.csv").rows


def test_assess_scans_the_copy_itself(folder: Path) -> None:
    reader(folder, "evidence/stored/owners.csv", DUMP)
    found = assess(open_dossier(folder), day=date(2026, 11, 22))
    file = next(e for e in found.evidence if e.name == "evidence/stored/owners.csv")
    assert (file.state, file.rows) == ("read", {"Sighting": 2, "Examined": 2})
    assert next(c for c in found.checks if c.id == CHECK).verdict is not Verdict.PASS
