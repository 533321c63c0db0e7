"""Which columns each column comes from, read from the compiled SQL.

Parsing every model takes seconds, so the answer is kept beside the manifest and computed again only when a
model has changed. Runs started in the UI compute it, and so does whoever sets `TRACETONNE_COLUMN_LINEAGE`;
other runs show what is there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.dbt_build import project_fingerprint
from tracetonne.settings import Home

if TYPE_CHECKING:
    import duckdb

CACHE = "column_lineage.json"
SETTING = "TRACETONNE_COLUMN_LINEAGE"

Sources = dict[str, dict[str, list[list[str]]]]
"""Model unique id -> column -> [schema, table, column] of each column it comes from."""


def column_lineage(
    home: Home, manifest: Mapping[str, Any], warehouse: duckdb.DuckDBPyConnection, compute: bool
) -> dict[str, dg.TableColumnLineage]:
    """Return the column lineage of every model.

    Args:
        home: The installation.
        manifest: Tells where the SQL of each model lies.
        warehouse: Tells the columns of every relation.
        compute: Parse the SQL if what is kept does not fit the project any more.
    """
    path = home.dbt_target / CACHE
    fingerprint = project_fingerprint()
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if kept.get("fingerprint") != fingerprint:
        if not compute:
            return {}
        schema = relation_columns(warehouse)
        compiled = home.dbt_target / "compiled"
        models = {
            unique_id: read_columns(path.read_text(encoding="utf-8"), schema)
            for unique_id, node in manifest["nodes"].items()
            if node["resource_type"] == "model"
            and node["language"] == "sql"
            and (path := compiled / node["package_name"] / node["original_file_path"]).exists()
        }
        kept = {"fingerprint": fingerprint, "models": models}
        path.write_text(json.dumps(kept), encoding="utf-8")
    return {unique_id: _as_dagster(columns) for unique_id, columns in kept["models"].items()}


def is_wanted(tags: Mapping[str, str]) -> bool:
    """Say whether a run should compute what is not kept: the command line says no, to be quick."""
    return bool(os.environ.get(SETTING)) or "tracetonne/command" not in tags


def relation_columns(warehouse: duckdb.DuckDBPyConnection) -> dict[str, dict[str, dict[str, str]]]:
    """Return schema -> table -> column -> type of everything in the warehouse."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    rows = warehouse.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns "
        "where table_catalog = current_database() order by all"
    ).fetchall()
    for schema, table, column, kind in rows:
        found.setdefault(schema, {}).setdefault(table, {})[column] = kind
    return found


def read_columns(sql: str, schema: dict[str, Any]) -> dict[str, list[list[str]]]:
    """Return, for each column of a query, the relation columns that it is made of.

    A query that the parser does not know yields nothing: lineage shown is never guessed.
    """
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    try:
        tree = parse_one(sql, dialect="duckdb")
        for table in tree.find_all(exp.Table):
            table.set("catalog", None)  # the warehouse file's name is not part of the schema given
        query = qualify(tree, dialect="duckdb", schema=schema, validate_qualify_columns=False)
        scope = build_scope(query)
        found: dict[str, list[list[str]]] = {}
        for column in query.named_selects if isinstance(query, exp.Query) else []:
            sources = {
                (node.expression.db, node.expression.name, node.name.rpartition(".")[2].strip('"'))
                for node in lineage(column, query, schema=schema, dialect="duckdb", scope=scope).walk()
                if isinstance(node.expression, exp.Table) and node.expression.db
            }
            found[column] = [list(source) for source in sorted(sources)]
    except SqlglotError:
        return {}
    return found


def _as_dagster(columns: dict[str, list[list[str]]]) -> dg.TableColumnLineage:
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(asset_key=dg.AssetKey([schema, table]), column_name=name)
                for schema, table, name in sources
            ]
            for column, sources in columns.items()
        }
    )
