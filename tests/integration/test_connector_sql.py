"""Asking real databases on the loopback: the same rows give the same bytes, nothing can be changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pymysql
import pytest
from connector_home import fetch_quickly, home_at, inbox, origins, write_connector
from connector_servers import Server, mariadb, postgresql

from tracetonne.connectors.config import Connector
from tracetonne.connectors.fetch import FetchReport
from tracetonne.settings import Home

QUERY = (
    "select number, received_on, material, quantity, note from receipt "
    "where received_on >= :since order by number"
)
ROWS = [
    ("R-1", "2025-01-05", "wire rod 線材", "12.500000", None),
    ("R-2", "2025-01-20", "zinc", "0.000001", ""),
    ("R-3", "2025-02-01", "=HYPERLINK(1)", "1000000.000000", 'said "no", twice'),
]
CSV = (
    "number,received_on,material,quantity,note\n"
    "R-1,2025-01-05,wire rod 線材,12.500000,\n"
    'R-2,2025-01-20,zinc,0.000001,""\n'
    'R-3,2025-02-01,\'=HYPERLINK(1),1000000.000000,"said ""no"", twice"\n'
)
TABLE = (
    "create table receipt (number varchar(20), received_on date, material varchar(80), "
    "quantity decimal(18,6), note varchar(80))"
)


class Database:
    """A server with the table of receipts, and how to reach it."""

    def __init__(self, engine: str, server: Server) -> None:
        self.engine, self.server = engine, server
        self.user = "postgres" if engine == "postgresql" else "reader"
        self.name = "postgres" if engine == "postgresql" else "erp"

    def run(self, statement: str, rows: list[tuple[str | None, ...]] | None = None) -> None:
        """Run a statement with the rights to write."""
        if self.engine == "postgresql":
            with (
                psycopg.connect(
                    host="127.0.0.1",
                    port=self.server.port,
                    user="postgres",
                    password="right",
                    dbname="postgres",
                ) as connection,
                connection.cursor() as cursor,
            ):
                cursor.executemany(statement, rows) if rows else cursor.execute(statement)  # type: ignore[arg-type]
        else:
            with (
                pymysql.connect(
                    host="127.0.0.1", port=self.server.port, user="writer", password="right", database="erp",
                    autocommit=True,
                ) as connection,
                connection.cursor() as cursor,
            ):  # fmt: skip
                cursor.executemany(statement, rows) if rows else cursor.execute(statement)

    def connector(self, home: Home, **settings: str) -> Connector:
        """Return a connector that asks for receipts."""
        written = {
            "kind": "sql", "engine": self.engine, "host": "localhost", "port": str(self.server.port),
            "database": self.name, "user": self.user, "password": "${ERP_PASSWORD}",
            "ca_file": str(self.server.ca_file), "query": f'"{QUERY}"', "parameters": "{since: 2025-01-01}",
            "timeout_seconds": "20", **settings,
        }  # fmt: skip
        text = "".join(f"{name}: {value}\n" for name, value in written.items() if value)
        return write_connector(home, "erp_receipts", text)


@pytest.fixture(scope="module", params=["postgresql", "mysql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with (postgresql if request.param == "postgresql" else mariadb)() as server:
        made = Database(request.param, server)
        made.run(TABLE)
        yield made


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database) -> Home:
    monkeypatch.setenv("ERP_PASSWORD", "right")
    database.run("delete from receipt")
    database.run("insert into receipt values (%s, %s, %s, %s, %s)", ROWS)  # type: ignore[arg-type]
    return home_at(tmp_path / "home")


def statuses(report: FetchReport) -> list[str]:
    assert report.error is None, report.error
    return [document.status for document in report.documents]


def test_the_result_is_a_document_with_its_query_on_record(home: Home, database: Database) -> None:
    report = fetch_quickly(home, database.connector(home))
    assert statuses(report) == ["fetched"]
    assert inbox(home, "erp_receipts") == {"erp_receipts.csv": CSV.encode()}
    [origin] = origins(home, "erp_receipts")
    assert origin["query"] == QUERY
    assert json.loads(origin["query_parameters"]) == {"since": "2025-01-01"}
    assert (origin["query_rows"], origin["neutralised_cells"]) == ("3", "1")
    assert origin["sha256"] == report.documents[0].sha256
    assert (
        origin["remote_location"] == f"{database.engine}://localhost:{database.server.port}/{database.name}"
    )


def test_the_same_rows_come_once_and_changed_ones_again(home: Home, database: Database) -> None:
    connector = database.connector(home)
    fetch_quickly(home, connector)
    assert statuses(fetch_quickly(home, connector)) == ["unchanged"]
    database.run("update receipt set quantity = 13 where number = 'R-1'")
    assert statuses(fetch_quickly(home, connector)) == ["fetched"]
    assert len(inbox(home, "erp_receipts")) == 2


def test_named_days_and_names_are_filled_in(home: Home, database: Database) -> None:
    connector = database.connector(
        home, parameters='{since: "{previous_year_start}"}', file_name='"receipts-{since}.csv"'
    )
    fetch_quickly(home, connector)
    [origin] = origins(home, "erp_receipts")
    since = json.loads(origin["query_parameters"])["since"]
    assert since.endswith("-01-01")
    assert origin["file_name"] == f"receipts-{since}.csv"


def test_no_rows_are_no_document_and_no_fault(home: Home, database: Database) -> None:
    report = fetch_quickly(home, database.connector(home, parameters="{since: 2099-01-01}"))
    assert (statuses(report), report.exit_code) == (["empty"], 0)
    assert inbox(home, "erp_receipts") == {}


def test_too_many_rows_or_bytes_are_refused(home: Home, database: Database) -> None:
    assert statuses(fetch_quickly(home, database.connector(home, max_rows="2"))) == ["refused"]
    limited = database.connector(home, limits="{max_file_bytes: 60}")
    assert statuses(fetch_quickly(home, limited)) == ["refused"]
    assert inbox(home, "erp_receipts") == {}


def test_a_parameter_is_never_part_of_the_statement(home: Home, database: Database) -> None:
    query = QUERY.replace("received_on >= :since", "material = :material")
    connector = database.connector(home, query=f'"{query}"', parameters='{material: "x\' or 1=1 -- "}')
    assert statuses(fetch_quickly(home, connector)) == ["empty"]


def test_nothing_can_be_changed(home: Home, database: Database) -> None:
    """Even where the user may write, and the statement passes for a query."""
    if database.engine == "postgresql":
        query = "with gone as (delete from receipt returning number) select number from gone order by number"
    else:
        database.run("drop function if exists wipe")
        database.run(
            "create function wipe() returns int modifies sql data begin delete from receipt; return 1; end"
        )
        query = "select wipe() as number order by number"
    report = fetch_quickly(home, database.connector(home, query=f'"{query}"', parameters=""))
    assert report.error is not None
    assert statuses(fetch_quickly(home, database.connector(home))) == ["fetched"]
    assert inbox(home, "erp_receipts")["erp_receipts.csv"] == CSV.encode()


def test_a_wrong_password_is_said_without_it(
    home: Home, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERP_PASSWORD", "hunter2")
    report = fetch_quickly(home, database.connector(home))
    assert report.error is not None
    assert report.error.what == "The database does not let us in."
    assert "hunter2" not in str(report.as_dict())


def test_a_certificate_of_another_authority_or_name_is_refused(
    home: Home, database: Database, tmp_path: Path
) -> None:
    import trustme

    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    for settings in ({"ca_file": str(other)}, {"host": "127.0.0.1"}):
        report = fetch_quickly(home, database.connector(home, **settings))
        assert report.error is not None
        assert "certificate is not trusted" in report.error.what, report.error


def test_a_statement_that_takes_too_long_is_ended(home: Home, database: Database) -> None:
    sleep = "pg_sleep(30)" if database.engine == "postgresql" else "sleep(30)"
    query = f"select cast({sleep} as char(9)) as waited order by waited"
    report = fetch_quickly(
        home, database.connector(home, query=f'"{query}"', parameters="", timeout_seconds="1")
    )
    assert report.error is not None
    assert report.error.what == "The query takes too long."


def test_a_wrong_query_is_shown_as_the_database_says_it(home: Home, database: Database) -> None:
    query = "select no_such_column from receipt order by 1"
    report = fetch_quickly(home, database.connector(home, query=f'"{query}"', parameters=""))
    assert report.error is not None
    assert report.error.what == "The database refuses the query."
    assert "no_such_column" in report.error.found


def test_a_database_that_dies_is_an_error_that_says_where(home: Home, database: Database) -> None:
    report = fetch_quickly(home, database.connector(home, port="9"))
    assert report.error is not None
    assert report.error.what == "The database cannot be reached, or broke off."
