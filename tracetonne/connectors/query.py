"""One query of a database, its result as a CSV document, with query, parameters and hash on record.

The query runs in one read-only transaction, so that its result is of one moment and nothing can be changed.
"""

from __future__ import annotations

import datetime
import json
import zoneinfo
from collections.abc import Iterator
from typing import Any

import sqlalchemy
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tracetonne.connectors.config import SqlConnector
from tracetonne.connectors.errors import ConnectorError, NothingYetError, RefusedDocumentError
from tracetonne.connectors.query_csv import CsvRows, as_text
from tracetonne.connectors.query_period import Value, filled_in
from tracetonne.connectors.remote import Progress, RemoteDocument, Sink
from tracetonne.connectors.trust import trusted
from tracetonne.periods import TIME_ZONE

_ROWS_AT_ONCE = 5000
# How the two servers say it, as SQLSTATE (or its first two signs) or as MySQL's number. Drivers put failures
# of the way and of the statement in the same class.
_LOGIN_REFUSED = ("28", 1044, 1045, 1698)
_TIMED_OUT = ("57014", 1317, 1969, 3024)
_BROKE_OFF = ("08", "53", "57P", 1040, 1053, 1205, 1213, 2002, 2003, 2005, 2006, 2013, 2055)
# The server ends a statement that takes too long; the connection waits for it to say so.
_SPARE_SECONDS = 5


class Database:
    """The database of a connector; the connection is made when the query runs."""

    def __init__(self, connector: SqlConnector) -> None:
        self._connector = connector
        self._engine = sqlalchemy.create_engine(
            self._url(), connect_args=self._connect_args(), poolclass=sqlalchemy.NullPool
        )

    def documents(self, progress: Progress) -> Iterator[RemoteDocument]:
        """Yield the result of the query for the parameters of today."""
        today = datetime.datetime.now(zoneinfo.ZoneInfo(TIME_ZONE)).date()
        parameters = filled_in(self._connector.parameters, today)
        recorded = json.dumps(
            {name: value if isinstance(value, str) else as_text(value) for name, value in parameters.items()},
            ensure_ascii=False, sort_keys=True,
        )  # fmt: skip
        origin = {"query": self._connector.query, "query_parameters": recorded}

        def write(sink: Sink) -> None:
            rows = self._write(parameters, sink)
            origin["query_rows"] = str(rows.rows)
            origin["neutralised_cells"] = str(rows.neutralised_cells)

        # A query has no version of its own: it is asked each time, and its bytes tell whether it is new.
        yield RemoteDocument(f"query {recorded}", "", self._file_name(parameters), None, write, origin)

    def is_passing(self, error: Exception) -> bool | float:
        """Say whether a failure may pass: of the way, not of the login or the query."""
        return isinstance(error, OSError) or (_is(error, _BROKE_OFF) and not _is_trust(error))

    def failure(self, error: Exception) -> ConnectorError | None:
        """Say what a failure means to people."""
        if not isinstance(error, SQLAlchemyError | OSError):
            return None
        cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        what, action = "The database refuses the query.", "try the query with the same user in its own client"
        if _is(error, _LOGIN_REFUSED):
            what, action = (
                "The database does not let us in.",
                "check the user and the secret in the environment",
            )
        elif _is(error, _TIMED_OUT):
            what, action = "The query takes too long.", "ask for less, or raise timeout_seconds"
        elif _is_trust(error):
            what = "The database does not prove who it is: its certificate is not trusted."
            action = "ask its operator; the certificate of your own company goes into ca_file"
        elif _is(error, _BROKE_OFF) or isinstance(error, OSError):
            what = "The database cannot be reached, or broke off."
            action = "check host, port and database, then fetch again; nothing is lost"
        return ConnectorError(
            what,
            where=f"{self._connector.name}: {self._connector.location}",
            expected="the rows of the query",
            found=cause.strip()[:300],
            action=action,
        )

    def close(self) -> None:
        """Leave."""
        self._engine.dispose()

    def _file_name(self, parameters: dict[str, Value]) -> str:
        """Return the document's name, with parameters filled in where it asks for them."""
        name = self._connector.file_name or f"{self._connector.name}.csv"
        for parameter, value in parameters.items():
            name = name.replace(f"{{{parameter}}}", as_text(value) if not isinstance(value, str) else value)
        return name

    def _write(self, parameters: dict[str, Value], sink: Sink) -> CsvRows:
        """Run the query and write its rows.

        Raises:
            NothingYetError: It has no rows.
            RefusedDocumentError: It has more rows than the connector takes.
        """
        statement = sqlalchemy.text(self._connector.query.strip().rstrip(";"))
        with self._engine.connect() as connection:
            self._read_only(connection)
            found = connection.execution_options(stream_results=True, max_row_buffer=_ROWS_AT_ONCE)
            result = found.execute(statement, parameters)
            rows = CsvRows(list(result.keys()))
            sink.write(rows.heading())
            for some in result.partitions(_ROWS_AT_ONCE):
                sink.write(rows.lines(some))
                if rows.rows > self._connector.max_rows:
                    raise RefusedDocumentError(
                        f"The query gives more than {self._connector.max_rows:,} rows.",
                        f"查詢結果超過 {self._connector.max_rows:,} 列。",
                    )
            connection.rollback()
        if not rows.rows:
            raise NothingYetError("The query gives no rows yet.", "查詢目前沒有任何資料列。")
        return rows

    def _read_only(self, connection: sqlalchemy.Connection) -> None:
        """Let the transaction read only, in one snapshot, with times in UTC, for as long as the timeout."""
        seconds = max(1, round(self._connector.timeout_seconds))
        if self._connector.engine == "postgresql":
            connection.execute(sqlalchemy.text("set transaction isolation level repeatable read, read only"))
            connection.execute(sqlalchemy.text("set local time zone 'UTC'"))
            connection.execute(sqlalchemy.text(f"set local statement_timeout = '{seconds}s'"))
            return
        connection.execute(
            sqlalchemy.text("set session transaction isolation level repeatable read, read only")
        )
        connection.execute(sqlalchemy.text("set time_zone = '+00:00'"))
        is_mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
        limit = f"max_statement_time = {seconds}" if is_mariadb else f"max_execution_time = {seconds * 1000}"
        connection.execute(sqlalchemy.text(f"set session {limit}"))
        # The transaction that these statements began is not yet read-only; the next one is.
        connection.commit()

    def _url(self) -> sqlalchemy.URL:
        connector = self._connector
        driver = "postgresql+psycopg" if connector.engine == "postgresql" else "mysql+pymysql"
        return sqlalchemy.URL.create(
            driver,
            username=connector.user.value(),
            password=connector.password.value() if connector.password else None,
            host=connector.host,
            port=connector.tcp_port,
            database=connector.database,
        )

    def _connect_args(self) -> dict[str, Any]:
        connector = self._connector
        seconds = max(1, round(connector.timeout_seconds))
        is_encrypted = connector.encryption == "tls"
        if connector.engine == "postgresql":
            ca_file = str(connector.beside(connector.ca_file)) if connector.ca_file else "system"
            tls = (
                {"sslmode": "verify-full", "sslrootcert": ca_file} if is_encrypted else {"sslmode": "disable"}
            )
            return {"connect_timeout": seconds, "application_name": "tracetonne", **tls}
        timeouts = {"connect_timeout": seconds, "read_timeout": seconds + _SPARE_SECONDS}
        if not is_encrypted:
            return {**timeouts, "charset": "utf8mb4", "ssl_disabled": True}
        return {**timeouts, "charset": "utf8mb4", "ssl": trusted(connector, connector.ca_file)}


def _is(error: Exception, signs: tuple[str | int, ...]) -> bool:
    """Say whether the database gave one of these codes; without any, the connection never was."""
    if not isinstance(error, DBAPIError):
        return False
    state, number = getattr(error.orig, "sqlstate", None), next(iter(getattr(error.orig, "args", ())), None)
    if state is None and not isinstance(number, int):
        text = str(error.orig)
        is_login = "authentication failed" in text or "no password supplied" in text
        return signs is (_LOGIN_REFUSED if is_login else _BROKE_OFF)
    return any(
        number == sign if isinstance(sign, int) else str(state or "").startswith(sign) for sign in signs
    )


def _is_trust(error: Exception) -> bool:
    """Say whether the server's certificate was refused."""
    return "certificate" in str(getattr(error, "orig", error))
