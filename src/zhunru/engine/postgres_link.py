"""A PostgreSQL server as a source of a scan: read only, gentle, and with its secrets kept out of every message."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from zhunru.core.errors import EvidenceError, PlanError
from zhunru.core.text import Text

if TYPE_CHECKING:
    import psycopg

_ADDRESS = re.compile(r"postgres(ql)?://|(service|host|hostaddr|dbname|port|user)\s*=")
_LOCK_MS = 2000
"""Waiting longer for a lock would make others queue behind us."""
_SETTINGS = {
    "search_path": "pg_catalog",  # no function or operator of the database stands in for one of the system
    "row_security": "off",  # rows that a policy would hide end in an error instead of silence
    "lock_timeout": f"{_LOCK_MS}ms",
    "synchronize_seqscans": "off",  # rows in the order in which they stand, each time
    "max_parallel_workers_per_gather": "0",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "xmloption": "content",
}


class Identity(NamedTuple):
    """Which database was reached; no secret.

    Args:
        description: Host, port, database and account.
        database: Name of the database.
        system: System identifier of the cluster; empty where the account may not ask.
        version: Version of the server.
        encoding: Encoding of the database.
    """

    description: str
    database: str
    system: str
    version: str
    encoding: str


class Relation(NamedTuple):
    """One table with data of its own: a table, a partition or a materialised view; or a foreign one, which is not read."""

    oid: int
    schema: str
    name: str
    kind: str
    size_byte: int


class Field(NamedTuple):
    """One column: name, name of its type without domain and array, its category, and whether the account may read it."""

    name: str
    type: str
    category: str
    readable: bool


def is_address(source: str) -> bool:
    """Tell whether a source names a PostgreSQL server rather than a file."""
    return _ADDRESS.match(source.strip()) is not None


@contextmanager
def linked(address: str, timeout_s: int) -> "Iterator[psycopg.Connection[Any]]":
    """Give a connection whose every transaction is read only.

    Args:
        address: `postgresql://...` or `service=...`; a password comes from the address, PGPASSWORD or ~/.pgpass.
        timeout_s: Longest time for one statement, seconds.

    Raises:
        PlanError: psycopg is not installed, or the address cannot be parsed; the address itself is not shown, for it may hold a password.
        EvidenceError: The server cannot be reached.
    """
    psycopg = _module()
    options = {"application_name": "zhunru scan", "connect_timeout": 10, "autocommit": True}
    try:
        link = psycopg.connect(address, **options)
    except psycopg.ProgrammingError:
        hint = Text("形如 postgresql://用户@主机/库 或 service=名称", "e.g. postgresql://user@host/database or service=name")
        raise PlanError(Text("数据库地址无法解析", "the address of the database cannot be parsed"), "", hint) from None
    except psycopg.Error as error:
        hint = Text("检查地址、口令（PGPASSWORD 或 ~/.pgpass）与网络", "check address, password (PGPASSWORD or ~/.pgpass) and network")
        raise EvidenceError(Text("连不上数据库", "the database cannot be reached"), _without_secrets(address, str(error)), hint) from None
    with link:
        for name, value in (
            _SETTINGS | {"statement_timeout": f"{timeout_s}s", "idle_in_transaction_session_timeout": f"{timeout_s}s"}
        ).items():
            link.execute("SELECT pg_catalog.set_config(%s, %s, false)", (name, value))
        link.execute("SET default_transaction_read_only = on")
        for kind in ("text", "name", "varchar", "bpchar"):
            link.adapters.register_loader(kind, _text_loader())
        encoding = link.info.parameter_status("server_encoding") or ""
        # without an encoding of its own a database hands out bytes as they are
        link.execute("SET client_encoding = 'SQL_ASCII'" if encoding == "SQL_ASCII" else "SET client_encoding = 'UTF8'")
        yield link


def _text_loader() -> Any:
    """Return what reads text of the server: names in a database without encoding may be no UTF-8."""
    from psycopg.adapt import Loader

    class Text(Loader):
        def load(self, data: Any) -> str:
            return bytes(data).decode("utf-8", "surrogateescape")

    return Text


def _module() -> Any:
    try:
        import psycopg
    except ImportError as error:
        hint = Text("安装：pip install 'zhunru[postgres]'", "install it: pip install 'zhunru[postgres]'")
        raise PlanError(Text("读取 PostgreSQL 需要 psycopg", "PostgreSQL needs psycopg"), "", hint) from error
    return psycopg


def _without_secrets(address: str, message: str) -> str:
    """Return a message of the driver without the password of the address."""
    from psycopg.conninfo import conninfo_to_dict

    secret = conninfo_to_dict(address).get("password")
    return (message.replace(str(secret), "***") if secret else message).strip().replace("\n", "; ")[:300]


def identity(link: "psycopg.Connection[Any]") -> Identity:
    """Return which database the connection has reached."""
    import psycopg

    system = ""
    try:
        system = str(link.execute("SELECT system_identifier FROM pg_catalog.pg_control_system()").fetchone()[0])  # type: ignore[index]
    except psycopg.Error:
        system = ""
    info = link.info
    description = f"postgresql://{info.user}@{info.host or 'localhost'}:{info.port}/{info.dbname}"
    version = info.parameter_status("server_version") or ""
    return Identity(description, info.dbname, system, version, info.parameter_status("server_encoding") or "")


_RELATIONS = """
SELECT c.oid, n.nspname, c.relname, c.relkind::text, greatest(c.relpages, 0)::bigint * 8192
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY 2, 3
"""
# relpages is an estimate: asking for the size itself would wait for tables that others lock
# a partitioned table holds nothing itself: its partitions stand in the list; views hold nothing either

_FIELDS = """
SELECT a.attname, coalesce(e.typname, b.typname, t.typname), coalesce(b.typcategory, t.typcategory)::text,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_type e ON t.typcategory = 'A' AND e.oid = t.typelem
WHERE c.oid = %s AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""


def relations(link: "psycopg.Connection[Any]") -> list[Relation]:
    """Return every relation with data of its own, also those that the account may not read."""
    return [Relation(*row) for row in link.execute(_RELATIONS)]


def large_objects(link: "psycopg.Connection[Any]") -> int:
    """Return how many large objects the database holds; they are not read."""
    row = link.execute("SELECT count(*) FROM pg_catalog.pg_largeobject_metadata").fetchone()
    return int(row[0]) if row else 0


def fields(link: "psycopg.Connection[Any]", relation: Relation) -> list[Field]:
    """Return the columns of a relation, in order."""
    return [Field(*row) for row in link.execute(_FIELDS, (relation.oid,))]
