"""Which columns each column comes from, read from the compiled SQL.

Parsing every model takes seconds, so the answer is kept beside the manifest and computed again only when a
model has changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.dbt_build import project_fingerprint
from tracetonne.settings import Home

if TYPE_CHECKING:
    import duckdb
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

CACHE = "column_lineage.json"

Sources = dict[str, dict[str, list[list[str]]]]
"""Model unique id -> column -> [schema, table, column] of each column it comes from."""

Origins = list[tuple[str, frozenset[tuple[str, str, str]]]]
"""Columns in order, each with (schema, table, column) of the columns that it comes from."""


def column_lineage(home: Home, manifest: Mapping[str, Any], warehouse: duckdb.DuckDBPyConnection) -> Sources:
    """Return where the columns of every model come from, reading the compiled SQL where it has changed.

    Args:
        home: The installation.
        manifest: Tells where the SQL of each model lies.
        warehouse: Tells the columns of every relation.
    """
    known = kept_lineage(home)
    if known:
        return known
    schema = relation_columns(warehouse)
    compiled = home.dbt_target / "compiled"
    models = {
        unique_id: read_columns(path.read_text(encoding="utf-8"), schema)
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
        and node["language"] == "sql"
        and (path := compiled / node["package_name"] / node["original_file_path"]).exists()
    }
    kept = {"fingerprint": project_fingerprint(), "models": models}
    (home.dbt_target / CACHE).write_text(json.dumps(kept), encoding="utf-8")
    return models


def kept_lineage(home: Home) -> Sources:
    """Return what is kept beside the manifest, or nothing where a model has changed since."""
    path = home.dbt_target / CACHE
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    models: Sources = kept["models"] if kept.get("fingerprint") == project_fingerprint() else {}
    return models


def is_told(tags: Mapping[str, str]) -> bool:
    """Say whether a run tells the lineage with every event: the command line has no seconds for it."""
    return "tracetonne/command" not in tags


def with_origins(schema: dg.TableSchema | None, origins: dict[str, list[list[str]]]) -> dg.TableSchema:
    """Return a table's columns, each with the columns that it comes from, for the page of an asset."""
    described = {column.name: column for column in schema.columns} if schema else {}
    columns = []
    for name in [*origins, *(name for name in described if name not in origins)]:
        column = described.get(name, dg.TableColumn(name, "?"))
        sources = ", ".join(".".join(source) for source in origins.get(name, []))
        words = [column.description, f"← {sources}" if sources else None]
        columns.append(
            dg.TableColumn(name, column.type, description=" ".join(filter(None, words)), tags=column.tags)
        )
    return dg.TableSchema(columns)


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
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    try:
        tree = parse_one(sql, dialect="duckdb")
        for table in tree.find_all(exp.Table):
            table.set("catalog", None)  # the warehouse file's name is not part of the schema given
        query = qualify(tree, dialect="duckdb", schema=schema, validate_qualify_columns=False)
        scope = build_scope(query)
    except SqlglotError:
        return {}
    origins = _origins_of(scope, {}) if scope is not None else []
    return {column: [list(source) for source in sorted(sources)] for column, sources in origins}


def _origins_of(scope: Scope, known: dict[int, Origins]) -> Origins:
    """Return the relation columns behind each column of a query; each query within it is looked at once."""
    from sqlglot import exp

    if id(scope) not in known:
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            # Sides are stacked by position; the second one's names need not differ from each other.
            sides = [
                [behind for _, behind in _origins_of(side, known)] for side in scope.set_operation_scopes
            ]
            columns = [one | other for one, other in zip(*sides, strict=True)]
            found = list(zip(query.named_selects, columns, strict=True))
        elif isinstance(query, exp.Select):
            found = [(column.alias_or_name, _behind(column, scope, known)) for column in query.selects]
        else:  # a list of values
            found = []
        known[id(scope)] = found
    return known[id(scope)]


def _behind(expression: exp.Expr, scope: Scope, known: dict[int, Origins]) -> frozenset[tuple[str, str, str]]:
    """Return the relation columns that an expression of a query reads, in its own subqueries too."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import walk_in_scope

    found: set[tuple[str, str, str]] = set()
    for column in walk_in_scope(expression):
        if not isinstance(column, exp.Column):
            continue
        source = scope.sources.get(column.table)
        if isinstance(source, exp.Table):
            if source.db:
                found.add((source.db, source.name, column.name))
        elif source is not None:
            found.update(*(behind for name, behind in _origins_of(source, known) if name == column.name))
    queries = {id(query) for query in expression.find_all(exp.Query)}
    for inner in scope.subquery_scopes:
        if id(inner.expression) in queries:
            found.update(*(behind for _, behind in _origins_of(inner, known)))
    return frozenset(found)


def as_dagster(columns: dict[str, list[list[str]]]) -> dg.TableColumnLineage:
    """Return the lineage of a model as Dagster keeps it with an event."""
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(asset_key=dg.AssetKey([schema, table]), column_name=name)
                for schema, table, name in sources
            ]
            for column, sources in columns.items()
        }
    )
