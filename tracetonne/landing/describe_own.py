"""What docs/contracts.md says about files that a steward writes: contracts of exports, PDF templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tracetonne.landing import contract_form, meter_contract, pdf_template


def own_files() -> Iterator[str]:
    """Yield the chapter on contracts and templates of a steward."""
    yield (contract_form.CONTRACTS / "README.md").read_text(encoding="utf-8")
    yield from _keys(contract_form.SCHEMA)
    yield ""
    tables = ", ".join(f"`{name}`" for name in contract_form.CONTRACT_TABLES)
    yield f"Tables that a contract can fill: {tables}. Their columns are listed below."
    yield ""
    yield (meter_contract.CONTRACTS / "README.md").read_text(encoding="utf-8")
    yield from _keys(meter_contract.SCHEMA)
    yield ""
    yield (pdf_template.TEMPLATES / "README.md").read_text(encoding="utf-8")
    yield from _keys(pdf_template.SCHEMA)
    yield ""


def _keys(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the table of keys, read from the schema that judges the files."""
    yield "| key | may be | must be there |"
    yield "| --- | --- | --- |"
    for name, said, required in _rows(schema, ""):
        yield f"| `{name}` | {said} | {'yes' if required else ''} |"


def _rows(schema: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str, bool]]:
    for name, one in schema["properties"].items():
        is_required = name in schema.get("required", ())
        inner = one.get("items", one) if one.get("type") == "array" else one
        nested = inner if "properties" in inner else None
        said = "list" if one.get("type") == "array" else ""
        yield f"{prefix}{name}", (said if nested else _allowed(one)) or "group", is_required
        if nested:
            yield from _rows(nested, f"{prefix}{name}{'[]' if said else ''}.")


def _allowed(schema: Mapping[str, Any]) -> str:
    """Say what a value may be."""
    if "enum" in schema:
        return ", ".join(f"`{one}`" if one else "nothing" for one in schema["enum"]).replace("|", "\\|")
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_allowed(schema['items'])}"
    if kind == "object":
        return "words: what is printed to what it means"
    names = {"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number"}
    return " or ".join(names[one] for one in ([kind] if isinstance(kind, str) else kind or ["string"]))
