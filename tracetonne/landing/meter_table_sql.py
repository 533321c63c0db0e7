"""The SQL that types a table of readings: every format explicit, every failed cast a null with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tracetonne.heavy import pq
from tracetonne.landing import text
from tracetonne.landing.meter_contract import LANDING_ZONE, LETTERS, ChannelForm, MeterContract
from tracetonne.landing.meter_shape import literal

_LANDING_HOURS = 8


def _folded(name: str) -> str:
    return text.narrow(name).lower()


def rows_query(contract: MeterContract, path: Path, heading: Sequence[str], blank_lines: int) -> str:
    """Return the query of the rows as they stand, numbered from 1, with columns `c0`, `c1` and so on."""
    if contract.file_format == "parquet":
        names = ", ".join(f'"{name}" as c{index}' for index, name in enumerate(_parquet_names(path)))
        return (
            f"select file_row_number + 1 as source_row, {names} "
            f"from read_parquet({literal(path)}, file_row_number = true)"
        )
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(heading)))
    return f"""
        select row_number() over () as source_row, *
        from read_csv(
            {literal(path)}, columns = {{{columns}}}, delim = {literal(contract.delimiter)}, quote = '"',
            escape = '"', header = true, skip = {blank_lines}, auto_detect = false, compression = 'none',
            ignore_errors = true, store_rejects = true
        )
    """


def _parquet_names(path: Path) -> list[str]:
    return [name.replace('"', '""') for name in pq.read_schema(path).names]


def typed_query(contract: MeterContract, heading: Sequence[str], meter: str, types: dict[str, str]) -> str:
    """Return the query of the typed readings, in document order.

    Args:
        contract: The contract.
        heading: The folded headings, in the file's order.
        meter: The meter of a table that has one for all.
        types: Types of the columns of a Parquet file, by folded heading.
    """
    place = {name: f"c{index}" for index, name in enumerate(heading)}

    def column(name: str) -> str:
        return place[_folded(name)] if name else "null"

    time = column(contract.time.column)
    time_type = types.get(_folded(contract.time.column), "VARCHAR")
    if contract.layout == "wide":
        values = ", ".join(_struct(one, column) for one in contract.channels)
        parts = f"unnest([{values}], recursive := true)"
    else:
        unit = (
            f"trim({_text(column(contract.unit_column))})" if contract.unit_column else literal(contract.unit)
        )
        named = f"trim({_text(column(contract.meter_column))})" if contract.meter_column else literal(meter)
        has_quality = "true" if contract.quality_scheme and contract.quality_column else "false"
        parts = f"""
            null::varchar as channel, {named} as meter_text,
            trim({_text(column(contract.value_column))}) as value_text, {unit} as unit_text,
            trim({_text(column(contract.quality_column))}) as quality_text,
            {has_quality} as has_quality
        """
    states = ", ".join(literal(one.lower()) for one in contract.states)
    return f"""
        with
        cells as (
            select source_row, trim({_text(time)}) as time_text,
                {_moment(contract, time, time_type)} as moment,
                {_offset(contract, time)} as offset_minutes, {parts}
            from source_row
        ),
        {_placed(contract, time_type)},
        judged as (
            select *,
                {_mapped(contract, "meter")} as meter,
                {_mapped(contract, "unit")} as unit,
                {_amount(contract)} as amount,
                case when has_quality then {_letter(contract)} else 'A' end as letter,
                value_text is null or value_text = '' as is_empty,
                lower(value_text) in ({states}) as is_state
            from placed
        ),
        named as (
            select *,
                list_filter([
                    case when start_local is null and not is_skipped then 1 end,
                    case when is_skipped then 7 end,
                    case
                        when letter is distinct from 'N' and amount is null and not is_empty and not is_state
                            then 2
                    end,
                    case when letter = 'A' and has_quality and is_empty then 3 end,
                    case when letter is null then 4 end,
                    case when meter_text is null or meter_text = '' then 5 when meter is null then 6 end,
                    case when unit is null or unit = '' then 8 end
                ], lambda one: one is not null) as problems,
                case when is_empty or is_state then 'N' else letter end as final_letter
            from judged
        )
        select
            source_row, channel, meter,
            case when start_local between timestamp '1990-01-01' and timestamp '2099-12-31 23:59:59'
                then start_local end as interval_start_local,
            {contract.time.interval_minutes}::integer as interval_minutes,
            case when len(problems) = 0 and final_letter <> 'N' then amount end as quantity,
            unit,
            case when len(problems) = 0 then final_letter end as quality,
            problems,
            offset_minutes::integer as offset_minutes,
            case
                when len(problems) = 0 and final_letter <> 'A'
                    then coalesce(nullif(quality_text, ''), case when is_state then value_text end, 'empty')
            end as note_code,
            case when len(problems) = 0 and is_state then value_text end as note_reason,
            case when len(problems) > 0 then time_text end as time_text,
            case when len(problems) > 0 then value_text end as value_text,
            case when len(problems) > 0 then quality_text end as quality_text,
            case when len(problems) > 0 then meter_text end as meter_text,
            case when len(problems) > 0 then unit_text end as unit_text
        from named
    """


def _text(column: str) -> str:
    return f"{column}::varchar"


def _struct(one: ChannelForm, place: Callable[[str], str]) -> str:
    """Return one channel of a wide row as a struct; `place` gives the column of a heading."""
    quality = f"trim({_text(place(one.quality_column))})" if one.quality_column else "null::varchar"
    return (
        f"{{'channel': {literal(one.column)}, 'meter_text': {literal(one.column)}, "
        f"'value_text': trim({_text(place(one.column))}), 'unit_text': {literal(one.unit)}, "
        f"'quality_text': {quality}, 'has_quality': {'true' if one.quality_column else 'false'}}}"
    )


def _moment(contract: MeterContract, time: str, time_type: str) -> str:
    """Return the expression of the printed time: a timestamp, or one with a zone where it is an instant."""
    if time_type.startswith("TIMESTAMP"):
        return time
    form = contract.time
    printed = f"trim({_text(time)})"
    if form.calendar == "roc":
        years = r"^[0-9]{3}" if form.format.startswith("%Y%m") else r"^[0-9]{2,3}"
        printed = (
            f"(lpad((try_cast(regexp_extract({printed}, '{years}') as integer) + 1911)::varchar, 4, '0') "
            f"|| regexp_replace({printed}, '{years}', ''))"
        )
    return f"try_strptime({printed}, {literal(form.format)})"


def _offset(contract: MeterContract, time: str) -> str:
    """Return the minutes from UTC that a time prints."""
    if not contract.time.has_offset:
        return "null"
    printed = f"trim({_text(time)})"
    sign = f"regexp_extract({printed}, '([+-])([0-9]{{2}}):?([0-9]{{2}})?$', 1)"
    hours = f"regexp_extract({printed}, '([+-])([0-9]{{2}}):?([0-9]{{2}})?$', 2)"
    minutes = f"regexp_extract({printed}, '([+-])([0-9]{{2}}):?([0-9]{{2}})?$', 3)"
    return (
        f"case when {printed} like '%Z' then 0 else (case {sign} when '-' then -1 else 1 end) * "
        f"(try_cast({hours} as integer) * 60 + coalesce(try_cast(nullif({minutes}, '') as integer), 0)) end"
    )


def _placed(contract: MeterContract, time_type: str) -> str:
    """Return the steps from the printed time to the start of the interval in the landing clock."""
    form = contract.time
    local = "moment"
    if form.label == "end":
        local = f"(moment - interval {form.interval_minutes} minute)"
        if form.midnight == "next_day":
            local = (
                "(moment + case when moment::time = time '00:00' then interval 1 day "
                "else interval 0 day end "
                f"- interval {form.interval_minutes} minute)"
            )
    if form.has_offset or "TIME ZONE" in time_type:
        instant = f"(({local}) at time zone 'UTC' + interval {_LANDING_HOURS} hour)"
        return f"placed as (select *, {instant} as start_local, false as is_skipped from cells)"
    if form.zone == LANDING_ZONE:
        return f"placed as (select *, {local} as start_local, false as is_skipped from cells)"
    zone = literal(form.zone)

    def instant_of(moment: str) -> str:
        return f"timezone({zone}, {moment})"

    # The engine gives one of the two instants of a doubled hour; the other one shows the same local time. Of
    # two readings that print it the first in the file is the first hour; an hour that the clock skips has no
    # instant.
    return f"""
        local_times as (
            select *, {local} as civil,
                row_number() over (partition by meter_text, moment order by source_row) as occurrence
            from cells
        ),
        instants as (
            select *, {instant_of("civil")} as given, {instant_of(instant_of("civil"))} as shown
            from local_times
        ),
        two_instants as (
            select *,
                case when {instant_of("(given - interval 1 hour)")} = civil then given - interval 1 hour
                    else given end as first_instant,
                case when {instant_of("(given + interval 1 hour)")} = civil then given + interval 1 hour
                    else given end as last_instant
            from instants
        ),
        placed as (
            select * exclude (civil, occurrence, given, shown, first_instant, last_instant),
                case when shown = civil then
                    (case when occurrence > 1 then last_instant else first_instant end) at time zone 'UTC'
                    + interval {_LANDING_HOURS} hour
                end as start_local,
                coalesce(shown <> civil, false) as is_skipped
            from two_instants
            order by source_row, channel
        )
    """


def _mapped(contract: MeterContract, part: str) -> str:
    """Return the meter or unit of a reading: as the contract maps its channel, else as printed."""
    printed = f"nullif({part}_text, '')"
    if not contract.channels:
        return printed
    wanted = {one.column: one.meter if part == "meter" else one.unit for one in contract.channels}
    cases = " ".join(f"when {literal(column)} then {literal(name)}" for column, name in wanted.items())
    other = printed if contract.other_tags == "land" and contract.layout == "long" else "null"
    if part == "unit":
        other = printed
    return f"case meter_text {cases} else {other} end"


def _amount(contract: MeterContract) -> str:
    printed = "value_text"
    if contract.decimal == ",":
        # A point beside a decimal comma could part thousands or decimals: it is no number.
        printed = "case when value_text not like '%.%' then replace(value_text, ',', '.') end"
    return f"try_cast({printed} as decimal(18, 6))"


def _letter(contract: MeterContract) -> str:
    """Return the quality letter of a reading, null where its code is not known."""
    scheme = contract.quality_scheme
    number = "try_cast(quality_text as bigint)"
    word = "lower(quality_text)"
    if scheme == "opc_ua":
        letter = f"""case
            when {word} like 'good%' then 'A' when {word} like 'uncertain%' then 'E'
            when {word} like 'bad%' then 'N'
            when {number} between 0 and 4294967295 then
                case ({number} >> 30) & 3 when 0 then 'A' when 1 then 'E' when 2 then 'N' end
        end"""
    elif scheme == "opc_da":
        letter = f"""case
            when {number} between 192 and 255 then 'A' when {number} between 64 and 127 then 'E'
            when {number} between 0 and 63 then 'N'
        end"""
    elif scheme == "percent_good":
        share = "try_cast(quality_text as decimal(9, 3))"
        letter = f"""case
            when {share} = 100 then 'A' when {share} = 0 then 'N' when {share} > 0 and {share} < 100 then 'E'
        end"""
    elif scheme == "words":
        letter = "case quality_text " + " ".join(
            f"when {literal(said)} then {literal(one)}"
            for said, one in contract.quality_words.items()
            if one in LETTERS
        )
        letter += " end"
    else:
        letter = "'A'"
    return letter
