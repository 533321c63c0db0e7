"""Do facts and factors take from a record what the record says: quantity, share of its days, value?

Standard library only: the script inside a package carries this file. Units are not interpreted: a quantity
may differ from the document by a conversion of the closed list below, and by nothing else.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable

from tracetonne.package.findings import Check, Failure, Row, Tables, agree
from tracetonne.package.layout import landing_file, table_file

# Document unit to unit of the fact: the same, powers of ten, then to the tonne (pound, ounce, hundredweights,
# short and long ton, catty), the thousand normal cubic metres (standard cubic metre, cubic foot, its hundred
# and thousand), the kilolitre (gallons, barrel) and the gigajoule (kilowatt and megawatt hour, kilocalorie
# and its thousand and million, British thermal unit and its thousand and million, therms).
_CONVERSIONS = (
    *(1.0, 1e-3, 1e3, 1e-6, 1e6, 0.1),
    *(0.00045359237, 0.000028349523125, 0.045359237, 0.05080234544, 0.90718474, 1.0160469088, 0.0006),
    *(0.000947943779281624, 0.000028316846592, 0.0028316846592, 0.028316846592),
    *(0.003785411784, 0.00454609, 0.158987294928),
    *(0.0036, 3.6, 0.0000041868, 0.0041868, 4.1868, 0.00000105505585262, 0.00105505585262, 1.05505585262),
    *(0.105506, 0.1054804, 0.105505585257348),
)
# A gap between readings is filled from its neighbours by a rule, so no document states the quantity.
_FILLED = ("neighbour",)
# Where the value of a factor stands, by landing table and parameter; `value` where nothing else is said.
_FACTOR_TABLES = (
    "lab_certificate", "factor_document", "supplier_declaration", "decision", "certificate_price",
    "certificate_transaction",
)  # fmt: skip
_DECLARED = {
    "see_direct": "see_direct",
    "see_indirect": "see_indirect",
    "electricity_intensity": "electricity",
    "electricity_factor": "electricity_factor",
    "sefa": "sefa",
    "functional_content": "functional_content",
    "price": "price_eur",
    "surrendered": "certificates",
}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋", "0123456789.,-+")
_DATE = r"\d{2,4}(?:[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{4})"
_SPAN = re.compile(rf"({_DATE})\s*[-~～至]\s*({_DATE})")


def _columns(*columns: str) -> Callable[[Row], list[float]]:
    """Return a reader of the numbers that stand in these columns of a record."""
    return lambda landed: [
        number for column in columns if (number := landed_number(landed[column])) is not None
    ]


def _pfc(landed: Row) -> list[float]:
    """Return what a record of anode effects states: quantities, and means times what they are means of."""
    cell_days = landed_number(landed["cell_days"]) or 0.0
    stated = _columns("aluminium_quantity", "cell_days", "anode_effect_minutes")(landed)
    stated += [mean * cell_days for mean in _columns("overvoltage_mv", "current_efficiency_pct")(landed)]
    effects = _columns("anode_effects", "mean_duration_minutes")(landed)
    return stated + ([effects[0] * effects[1]] if len(effects) == 2 else [])


def _cems(landed: Row) -> list[float]:
    """Return what an hour of a stack states: itself, concentration and its square, flow, gas in grams."""
    concentrations = _columns("concentration_g_per_nm3")(landed) or [
        (100 - others) / 100 * 44010 / 22.414 for others in _columns("other_gases_pct")(landed)
    ]
    flows = _columns("flow_nm3_per_h")(landed)
    air = _columns("air_nm3_per_h", "oxygen_pct")(landed)
    if not flows and len(air) == 2:
        flows = [air[0] * (1 - 0.2095) / (1 - air[1] / 100)]
    squares = [each * each for each in concentrations]
    return [1.0, *concentrations, *squares, *flows, *(c * flow for c in concentrations for flow in flows)]


# What a record states, by landing table; a fact of measurements takes products of two columns.
_STATED: dict[str, Callable[[Row], list[float]]] = {
    "utility_bill": _columns("quantity"),
    "invoice_line": _columns("quantity"),
    "production_ledger": _columns("good_quantity", "scrap_quantity", "input_quantity", "dispatched_quantity"),
    "stock_count": _columns("quantity"),
    "manual_entry": _columns("value"),
    "cbam_template_cell": _columns("value"),
    "wheeling_statement": _columns("quantity"),
    "renewable_certificate": _columns("quantity"),
    "inventory_source": _columns("quantity"),
    "import_declaration": _columns("net_mass", "carbon_price_credit_t"),
    "certificate_transaction": _columns("certificates", "price_eur"),
    "reduction_plan": _columns("expected_tco2e", "achieved_tco2e"),
    "master_base_emission": _columns("emissions_tco2e"),
    "master_carbon_fee": _columns(
        "offset_increment_tco2e", "supplied_electricity_tco2e", "voluntary_credits", "early_credits",
        "foreign_credits", "fuel_cut_share",
    ),
    "pfc_measurement": _pfc,
    "cems_reading": _cems,
}  # fmt: skip


def check_record_quantities(tables: Tables) -> Check:
    """Compare the quantity that a fact takes from a record with the one that stands in the record."""
    file, name = table_file("fact_record"), "every fact takes from a record what the record says"
    failures: list[Failure] = []
    looked_at = 0
    for row, landed in _records(tables, failures):
        quantity = row.number("quantity")
        if not quantity or row["role"] in _FILLED or row["raw_table"] not in _STATED:
            continue
        looked_at += 1
        stated = _STATED[row["raw_table"]](landed)
        if not any(
            agree(abs(quantity), abs(number) * factor) for number in stated for factor in _CONVERSIONS
        ):
            record = f"record {row['record_number']} of {row['evidence_id']}"
            message = f"{row['fact_id']} takes from {record} what does not stand there"
            expected = " or ".join(map(str, stated)) or "a number"
            failures.append(Failure(file, row.line, message, expected, row["quantity"]))
    return Check(name, looked_at, failures)


def _records(tables: Tables, failures: list[Failure]) -> Iterable[tuple[Row, Row]]:
    """Yield the rows of fact_record with the landed record each names; a missing one is a failure."""
    file = table_file("fact_record")
    landed: dict[str, dict[tuple[str, str], Row]] = {}
    for row in tables.rows(file):
        table, key = row["raw_table"], (row["evidence_id"], row["record_number"])
        if not row["record_number"] or table == "meter_reading":
            continue
        if table not in landed:
            landed[table] = {
                (record["evidence_id"], record["record_number"]): record
                for record in tables.rows(landing_file(table))
            }
        if key in landed[table]:
            yield row, landed[table][key]
        else:
            message = f"record {key[1]} of document {key[0]} is not among the records of {table}"
            failures.append(Failure(file, row.line, message))


def landed_number(text: str) -> float | None:
    """Read a number as documents print it, with commas or full-width digits; null where it is none."""
    plain = text.translate(_FULL_WIDTH).replace(",", "").strip()
    try:
        return float(plain) if re.fullmatch(r"[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?", plain) else None
    except ValueError:
        return None


def check_record_shares(tables: Tables) -> Check:
    """Compare the share of bills and invoices that cross a month's end with the days that they state."""
    file, name = table_file("fact_record"), "every share is that of the days of the document"
    failures: list[Failure] = []
    looked_at = 0
    for row, landed in _records(tables, []):
        span = _span(row, landed)
        window = _window(row["period"])
        share = row.number("share")
        if span is None or window is None or share is None:
            continue
        looked_at += 1
        days = (span[1] - span[0]).days
        inside = (min(span[1], window[1]) - max(span[0], window[0])).days
        if days <= 0 or not agree(share, inside / days):
            record = f"record {row['record_number']} of {row['evidence_id']}"
            message = f"{row['fact_id']} takes of {record} another share than {inside} of {days} days"
            expected = repr(inside / days) if days else "days"
            failures.append(Failure(file, row.line, message, expected, row["share"]))
    return Check(name, looked_at, failures)


def _span(row: Row, landed: Row) -> tuple[datetime.date, datetime.date] | None:
    """Return the first day and the day after the last one that a bill or invoice speaks of, if it says."""
    if row["raw_table"] == "utility_bill" and row["role"] == "bill":
        first, last = landed_date(landed["period_start"]), landed_date(landed["period_end"])
    elif row["raw_table"] == "invoice_line" and row["role"] == "purchase":
        first, last = _stated_days(landed)
    else:
        return None
    return (first, last + datetime.timedelta(days=1)) if first and last else None


def _stated_days(line: Row) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the first and last day that a line of an invoice states: its own, else those of the document."""
    remark = _SPAN.search(line["main_remark"])
    for start, end in (
        (line["line_period_start"], line["line_period_end"]),
        (remark[1], remark[2]) if remark else ("", ""),
        (line["header_period_start"], line["header_period_end"]),
    ):
        if start or end:
            return landed_date(start or end), landed_date(end or start)
    return None, None


def landed_date(text: str) -> datetime.date | None:
    """Read a date as documents print it, of the common era or of the Republic (年 114 is 2025)."""
    digits = re.fullmatch(
        r"(\d{2,4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{3,4})(\d{2})(\d{2})", text.strip()
    )
    if digits is None:
        return None
    year, month, day = (int(part) for part in digits.groups() if part is not None)
    try:
        return datetime.date(year + 1911 if year < 1000 else year, month, day)
    except ValueError:
        return None


def _window(period: str) -> tuple[datetime.date, datetime.date] | None:
    """Return the first day of a month or year and the day after it."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", period)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 0)
    if not month:
        return datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1)
    return datetime.date(year, month, 1), datetime.date(year + month // 12, month % 12 + 1, 1)


def check_factor_documents(tables: Tables) -> Check:
    """Compare every factor that a document states with the document."""
    file, name = table_file("factor_used"), "every factor of a document is the one that the document states"
    landed = {
        (table, row["evidence_id"], row["record_number"]): row
        for table in _FACTOR_TABLES
        for row in tables.rows(landing_file(table))
    }
    failures: list[Failure] = []
    looked_at = 0
    for row in tables.rows(file):
        if not row["evidence_id"] or not row["record_number"]:
            continue
        looked_at += 1
        found = [
            record for key, record in landed.items() if key[1:] == (row["evidence_id"], row["record_number"])
        ]
        failures += _compare_factor(file, row, found)
    return Check(name, looked_at, failures)


def _stated(record: Row, parameter: str) -> str:
    """Return the value as the document has it; a decision states what was entered in its detail."""
    if "detail" in record.cells:
        try:
            return str(json.loads(record["detail"])["value"])
        except (ValueError, KeyError, TypeError):
            return ""
    return record[_DECLARED.get(parameter, "value") if "value" not in record.cells else "value"]


def _compare_factor(file: str, row: Row, found: list[Row]) -> list[Failure]:
    if len(found) != 1:
        message = f"{row['factor_id']}: record {row['record_number']} of {row['evidence_id']} is missing"
        return [Failure(file, row.line, message)]
    record = found[0]
    text = _stated(record, row["parameter"])
    stated, published = landed_number(text), landed_number(row["published_value"])
    if stated is None or published is None or not agree(stated, published):
        message = f"{row['factor_id']} is not what the document states"
        return [Failure(file, row.line, message, text, row["published_value"])]
    if row["unit"] == row["published_unit"] and not agree(published, row.number("value")):
        message = f"{row['factor_id']} is not the published value, though it has the same unit"
        return [Failure(file, row.line, message, row["published_value"], row["value"])]
    return []
