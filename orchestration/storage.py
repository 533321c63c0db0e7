"""Dagster's event log on SQLite with its connections kept open.

Dagster's own storage opens and closes the database for every event, and each close writes the log back to
disk: a refresh records some seven hundred events, which then take longer than the refresh. Here each
database keeps one connection, and the disk is waited for at checkpoints instead of at every event
(`synchronous = NORMAL`): a power cut may lose the last events of a run's log, never the warehouse or a
package.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

BUSY_TIMEOUT_SECONDS = 30
INDEX = "index"  # the database of all runs; every run has another one


class KeptOpenEventLogStorage(SqliteEventLogStorage):
    """The event log that `dagster.yaml` names; same files, same content as Dagster's own."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._seen_tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> KeptOpenEventLogStorage:
        """Make the storage from its part of `dagster.yaml`."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        """Return the open database of a shard; of runs only the latest stays open."""
        engine = self._engines.get(shard)
        if engine is None:
            for other in [name for name in self._engines if name != INDEX and shard != INDEX]:
                self._engines.pop(other).dispose()
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", _wait_for_disk_at_checkpoints)
            self._engines[shard] = engine
        return engine

    def has_table(self, table_name: str) -> bool:
        """Say whether a table exists; one that has been seen is not looked for again.

        Dagster asks before every look at a partition, and opens the database anew each time.
        """
        if table_name not in self._seen_tables and super().has_table(table_name):
            self._seen_tables.add(table_name)
        return table_name in self._seen_tables

    def dispose(self) -> None:
        """Close everything."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _wait_for_disk_at_checkpoints(connection: Any, _record: object) -> None:
    connection.execute("pragma synchronous = normal")
