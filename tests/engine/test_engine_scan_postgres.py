"""A real PostgreSQL server: nothing hidden, nothing locked, nothing written, no secret shown."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import polars as pl
import psycopg
import pytest

from zhunru.core.errors import EvidenceError, PlanError
from zhunru.engine import postgres_rows
from zhunru.engine.scan import Asked, Scan, scan
from zhunru.readers.stored.cells import MAX_CELL_BYTE

if TYPE_CHECKING:
    Link = psycopg.Connection[Any]

PHONE = "13912345678"
Made = Callable[..., str]
_NUMBERS = count()


@pytest.fixture
def made(postgres: Made) -> Iterator[Made]:
    """Return a maker of databases: statements in, address out; taken away after."""
    names: list[str] = []

    def make(*statements: str, encoding: str = "UTF8") -> str:
        name = f"t{next(_NUMBERS)}_{time.monotonic_ns()}"
        with psycopg.connect(postgres(), autocommit=True) as link:
            link.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0")
        names.append(name)
        with psycopg.connect(postgres(name), autocommit=True) as link:
            for statement in statements:
                link.execute(statement.encode())
        return str(postgres(name))

    yield make
    with psycopg.connect(postgres(), autocommit=True) as link:
        for name in names:
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def hits(done: Scan) -> dict[str, int]:
    return dict(done.sightings.group_by("place").agg(pl.col("hit_count").sum()).iter_rows())


def account(done: Scan) -> dict[str, tuple[int | None, int, int, str]]:
    columns = ("place", "present_count", "examined_count", "undecidable_count", "reason")
    return {p: (present, seen, not_decided, why) for p, present, seen, not_decided, why in done.examined.select(columns).iter_rows()}


def test_every_type_that_can_hold_text_is_looked_at(made: Made) -> None:
    address = made(
        "CREATE DOMAIN tel AS varchar(20)",
        "CREATE TYPE pair AS (phone text, n int)",
        """CREATE TABLE t (a text, b varchar(20), c char(20), d bigint, e numeric, f float8, g tel, h text[], i jsonb, j json, k pair, l xml,
                           m bytea, n bytea, o bigint[], p date, q boolean)""",
        f"""INSERT INTO t VALUES ('{PHONE}', '{PHONE}', '{PHONE}', {PHONE}, {PHONE}, {PHONE}, '{PHONE}', ARRAY['x', '{PHONE}'], '{{"p": ["{PHONE}"]}}',
            '{{"p": {{"q": "{PHONE}"}}}}', ROW('{PHONE}', 1), '<p>{PHONE}</p>', '{PHONE}', '\\x00ff', ARRAY[{PHONE}], '2020-01-01', true)""",
    )
    done = scan([address])
    assert hits(done) == {f"public.t.{c}": 1 for c in ("a", "b", "c", "d", "e", "f", "g", "h", "i.p[]", "j.p.q", "k", "l", "m", "o")}
    assert account(done)["public.t.n"] == (1, 1, 1, "binary")
    assert account(done)["public.t.p"] == account(done)["public.t.q"] == (1, 1, 0, "")


@pytest.mark.parametrize("text", ["a\\nb", "a\\tb", "a\\\\", "\\\\N", "\\\\n"])
def test_what_copy_escapes_comes_back(made: Made, text: str) -> None:
    address = made("CREATE TABLE t (手机号 text)", f"INSERT INTO t VALUES (E'{text} {PHONE}'), (NULL), ('')")
    done = scan([address])
    assert hits(done) == {"public.t.手机号": 1}
    assert account(done)["public.t.手机号"] == (3, 3, 0, "")


def test_what_the_account_may_not_read_is_told(made: Made, postgres: Made) -> None:
    address = made(
        "CREATE TABLE open (手机号 text)",
        "CREATE TABLE closed (手机号 text)",
        "CREATE TABLE half (手机号 text, geheim text)",
        "CREATE TABLE filtered (手机号 text)",
        "ALTER TABLE filtered ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY none ON filtered USING (false)",
        *(f"INSERT INTO {t} VALUES ('{PHONE}')" for t in ("open", "closed", "half", "filtered")),
        "CREATE SCHEMA inner_one",
        "CREATE TABLE inner_one.t (a text)",
        "DROP ROLE IF EXISTS auditor",
        "CREATE ROLE auditor LOGIN PASSWORD 'geheim-4711'",
        "GRANT SELECT ON open, filtered TO auditor",
        "GRANT SELECT (手机号) ON half TO auditor",
        "GRANT SELECT ON ALL TABLES IN SCHEMA inner_one TO auditor",
    )
    done = scan([postgres(address.rpartition("/")[2], "auditor", "geheim-4711")])
    assert hits(done) == {"public.open.手机号": 1, "public.half.手机号": 1}
    told = account(done)
    assert told["public.closed.手机号"] == told["public.half.geheim"] == told["inner_one.t.a"] == (1, 1, 1, "denied")
    assert told["public.filtered"] == (1, 1, 1, "denied")  # a policy that hides rows ends in an error, not in silence
    assert "geheim-4711" not in str(done)
    assert done.exit_code == 1
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("DROP OWNED BY auditor")
        link.execute("DROP ROLE auditor")


def test_partitions_materialised_views_foreign_tables_and_large_objects(made: Made) -> None:
    address = made(
        "CREATE TABLE p (n int, 手机号 text) PARTITION BY LIST (n)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
        f"INSERT INTO p VALUES (1, '{PHONE}')",
        "CREATE TABLE parent (手机号 text)",
        "CREATE TABLE child () INHERITS (parent)",
        f"INSERT INTO child VALUES ('{PHONE}')",
        "CREATE MATERIALIZED VIEW m AS SELECT 手机号 FROM p",
        "CREATE MATERIALIZED VIEW late AS SELECT 手机号 FROM p WITH NO DATA",
        "CREATE VIEW v AS SELECT 手机号, pg_sleep(100)::text AS s FROM p",
        "CREATE FOREIGN DATA WRAPPER w",
        "CREATE SERVER s FOREIGN DATA WRAPPER w",
        "CREATE FOREIGN TABLE f (a text) SERVER s",
        "SELECT lo_from_bytea(0, 'x')",
        "CREATE TABLE nothing ()",
    )
    done = scan([address])
    assert hits(done) == {"public.p1.手机号": 1, "public.child.手机号": 1, "public.m.手机号": 1}
    told = account(done)
    assert told["public.f"] == (1, 1, 1, "foreign")
    assert told["(large objects)"] == (1, 1, 1, "binary")
    assert told["public.late"] == (1, 1, 1, "failed")
    assert told["public.parent.手机号"] == (0, 0, 0, "")
    assert "public.nothing" in told


def test_a_database_without_encoding_hands_out_bytes(made: Made) -> None:
    address = made(encoding="SQL_ASCII")
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("SET client_encoding = SQL_ASCII")
        link.execute("CREATE TABLE 车主 (备注 text, b text)".encode("gb18030"))
        text = f"'\\车牌京A12345 电话 {PHONE}'".encode("gb18030")
        link.execute("INSERT INTO 车主 VALUES (".encode("gb18030") + text + b", E'\\xff\\xfe\\xff " + PHONE.encode() + b"')")
    done = scan([address])
    found = done.sightings.filter(pl.col("certainty") == "found")
    assert set(found["kind"].to_list()) == {"plate", "mobile"}
    assert {p: n for p, (_, _, n, _) in account(done).items()} == {"public.车主.备注": 0, "public.车主.b": 1}


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("kind", ["text", "jsonb", "bytea"])
def test_a_cell_beyond_the_limit_is_told(made: Made, kind: str, more: int) -> None:
    width = MAX_CELL_BYTE + more - (2 if kind == "jsonb" else 0)
    value = {"text": f"repeat('a', {width})", "jsonb": f"to_jsonb(repeat('a', {width}))", "bytea": f"repeat('a', {width})::bytea"}[kind]
    done = scan([made(f"CREATE TABLE t (a {kind})", f"INSERT INTO t SELECT {value}")])
    assert account(done)["public.t.a"] == (1, 1, more, "too_long" if more else "")


def test_names_are_quoted_and_never_run(made: Made) -> None:
    address = made(
        "CREATE TABLE keep (手机号 text)",
        'CREATE TABLE "we""ird %s. (SELECT 1); DROP TABLE keep; --" ("c""%(x)s" text, "手机\n号" text)',
        f"""INSERT INTO "we""ird %s. (SELECT 1); DROP TABLE keep; --" VALUES ('x', '{PHONE}')""",
        f"INSERT INTO keep VALUES ('{PHONE}')",
    )
    done = scan([address])
    assert hits(done) == {"public.keep.手机号": 1, 'public."we""ird %s. (SELECT 1); DROP TABLE keep; --".手机?号': 1}
    assert {r for _, _, _, r in account(done).values()} == {""}


def test_a_sample_says_how_many_rows_there_are(made: Made) -> None:
    address = made(
        "CREATE TABLE t (手机号 text)",
        f"INSERT INTO t SELECT '{PHONE}' FROM generate_series(1, 20000)",
        "CREATE TABLE s AS TABLE t LIMIT 10",
    )
    done = scan([address], Asked(rows=1000))
    present, seen, _, _ = account(done)["public.t.手机号"]
    assert present == 20000 and 0 < seen <= 1000
    assert account(done)["public.s.手机号"] == (10, 10, 0, "")
    assert done.head["row_limit"] == 1000
    assert account(scan([address], Asked(rows=20000)))["public.t.手机号"] == (20000, 20000, 0, "")


def test_a_clean_sample_is_not_a_clean_table(made: Made) -> None:
    address = made("CREATE TABLE t (a int)", "INSERT INTO t SELECT generate_series(1, 1000)")
    assert scan([address]).exit_code == 0
    assert scan([address], Asked(rows=1000)).exit_code == 0
    assert scan([address], Asked(rows=999)).exit_code == 3
    assert scan([made()]).exit_code == 4


def test_writers_go_on_and_only_the_weakest_lock_is_held(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    address = made("CREATE TABLE t (手机号 text)", f"INSERT INTO t SELECT '{PHONE}' FROM generate_series(1, 120000)")
    begun, go_on = threading.Event(), threading.Event()
    whole = postgres_rows._Columns.add

    def slow(self: Any, block: bytes) -> None:
        begun.set()
        assert go_on.wait(30)
        whole(self, block)

    monkeypatch.setattr(postgres_rows._Columns, "add", slow)
    result: list[Scan] = []
    thread = threading.Thread(target=lambda: result.append(scan([address])))
    thread.start()
    try:
        assert begun.wait(30)
        with psycopg.connect(address, autocommit=True) as link:
            link.execute("SET lock_timeout = '1s'")
            rows = link.execute(
                "SELECT l.mode, l.granted FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'zhunru scan' AND l.relation IS NOT NULL"
            ).fetchall()
            assert {mode for mode, _ in rows} == {"AccessShareLock"} and all(granted for _, granted in rows)
            link.execute("INSERT INTO t VALUES ('x')")
            link.execute("UPDATE t SET 手机号 = 'y' WHERE 手机号 = 'x'")
            link.execute("DELETE FROM t WHERE 手机号 = 'y'")
            link.execute("CREATE INDEX ON t (手机号)")
            link.execute("VACUUM t")
    finally:
        go_on.set()
        thread.join(60)
    assert hits(result[0]) == {"public.t.手机号": 120000}


def test_a_table_that_others_lock_is_told_in_seconds(made: Made) -> None:
    address = made("CREATE TABLE t (手机号 text)", "CREATE TABLE u (手机号 text)", f"INSERT INTO u VALUES ('{PHONE}')")
    with psycopg.connect(address) as link:
        link.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        done = scan([address], Asked(timeout_s=20))
    assert account(done)["public.t"] == (1, 1, 1, "locked")
    assert hits(done) == {"public.u.手机号": 1}


def test_a_statement_that_runs_too_long_is_told(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    address = made("CREATE TABLE t (a text)", "INSERT INTO t SELECT repeat('x', 100) FROM generate_series(1, 120000)")
    whole = postgres_rows._Columns.add

    def slow(self: Any, block: bytes) -> None:
        time.sleep(1.2)
        whole(self, block)

    monkeypatch.setattr(postgres_rows._Columns, "add", slow)
    done = scan([address], Asked(timeout_s=1))
    assert account(done)["public.t"] == (1, 1, 1, "failed")
    present, seen, _, _ = account(done)["public.t.a"]
    assert present is None and 0 < seen < 120000  # what was read stays, and nobody takes it for the whole
    assert done.exit_code == 3
    assert any("statement timeout" in text.en for _, text in done.messages)


def test_nothing_can_be_written_through_the_link(made: Made) -> None:
    from zhunru.engine.postgres_link import linked

    address = made("CREATE TABLE t (a text)")
    with linked(address, 10) as link, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        link.execute("INSERT INTO public.t VALUES ('x')")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://a:secret-9@127.0.0.1:1/x",
        "postgresql://a:secret-9@127.0.0.1:port/x",
        "postgresql://a:secret-9@[::",
        "dbname=x bogus=secret-9",
    ],
)
def test_no_password_in_a_message(address: str) -> None:
    with pytest.raises((EvidenceError, PlanError)) as caught:
        scan([address])
    assert "secret-9" not in caught.value.diagnostics("zh") + str(caught.value) + repr(caught.value.__cause__)


def test_two_databases_stay_apart(made: Made) -> None:
    tables = ("CREATE TABLE t (手机号 text)", f"INSERT INTO t VALUES ('{PHONE}')", "SELECT lo_from_bytea(0, 'x')")
    done = scan([made(*tables), made(*tables)])
    assert hits(done) == {"postgresql#1:public.t.手机号": 1, "postgresql#2:public.t.手机号": 1}
    assert {"postgresql#1:(large objects)", "postgresql#2:(large objects)"} <= set(account(done))
    assert done.head["description"].count("postgresql://") == 2 and done.head["kind"] == "postgresql"


def test_who_was_scanned_is_told_without_secret(made: Made) -> None:
    address = made("CREATE TABLE t (a int)")
    head = scan([address]).head
    assert head["kind"] == "postgresql" and head["identity"].isdigit() and head["server_version"]
    assert head["database"] in head["description"] and "zhunru@" not in head["description"]
    assert head["description"].startswith("postgresql://postgres@127.0.0.1:")
