"""What a landed document would change: the models computed without it and with it, in a scratch copy.

Nothing is published and nothing of the installation is written: landing is linked, the warehouse copied. A
factor that nobody has approved counts in the copy as if a second person had, and a closed period is open
there, so that its effect on every product and month, and on the organisation's years, is known before anybody
decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from orchestration.dbt_build import ModelFailedError
from orchestration.scratch import compute, open_again, scratch_copy
from tracetonne import serving
from tracetonne.decisions import decide
from tracetonne.errors import WrongUseError
from tracetonne.landing import register
from tracetonne.periods import is_month, is_year, scope
from tracetonne.review import waiting
from tracetonne.settings import Home
from tracetonne.superseded import periods_from

# Changes below this share of a figure are what doubles leave, not what a document did.
SMALLEST_CHANGE = 1e-12
# What a document is weighed by: the intensities of products, and the emissions of the installation.
_WEIGHED = (
    "(product is not null and quantity like 'see_%' "
    "or quantity in ('total_direct_emissions', 'total_indirect_emissions'))"
)
# And of a year the organisation's categories, scopes and totals, by either set of warming potentials.
_ORGANISATION = (
    "regime in ('iso14064_1', 'ghg_protocol') and unit = 'tCO2e' and quantity not like 'accounting_%'"
)
_FIGURE_KEY = ("period", "process", "product", "series", "quantity", "unit")
_ORGANISATION_KEY = ("period", "series", "quantity", "unit")
_FACTOR_KEY = ("period", "series", "subject", "parameter")
_WINNERS = """
    select * from output.out_factor_candidate
    union all by name
    select * from output.out_factor_candidate_yearly where subject_type = 'organisation'
"""

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


@dataclass(frozen=True)
class _Computed:
    """What a copy says of some periods; nothing where it could not be computed."""

    figures: Rows = field(default_factory=dict)
    organisation: Rows = field(default_factory=dict)
    factors: Rows = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """What a document changes.

    Args:
        evidence_id: The document.
        site: Its site.
        file_name: Its name as it arrived.
        periods: The served periods that were computed again.
        figures: One entry a period, product, series and quantity that changes, and one an emission total of
            the installation, with `before` (without the document), `after` (with it), `change` and
            `change_pct`, in `unit`.
        organisation: One entry a year, set of warming potentials (`series`) and category, scope or total of
            the organisation that changes, in the same form.
        factors: One entry a period, series, subject and parameter for which another factor wins.
        closed: Closed periods among them: what is shown is what opening them again would bring.
    """

    evidence_id: str
    site: str
    file_name: str
    periods: list[str]
    figures: list[dict[str, Any]] = field(default_factory=list)
    organisation: list[dict[str, Any]] = field(default_factory=list)
    factors: list[dict[str, Any]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def preview(home: Home, evidence_id: str) -> Preview:
    """Compute the served periods that a document speaks of, without it and with it.

    Args:
        home: The installation; it stays as it is.
        evidence_id: As `tracetonne land --json` prints it.

    Raises:
        WrongUseError: There is no such document, or none of its periods has been refreshed.
        ModelFailedError: The models cannot be computed with it.
    """
    entry = next((one for one in register.load(home).entries if one.evidence_id == evidence_id), None)
    if entry is None or entry.status != "landed":
        raise WrongUseError(
            "No document was landed under this id.",
            found=evidence_id,
            expected="an evidence_id, as `tracetonne land --json` and `tracetonne status` print it",
        )
    periods = _periods(home, entry.site, entry.evidence_id)
    if not periods:
        raise WrongUseError(
            "Nothing that this document speaks of has been refreshed yet.",
            where=entry.file_name,
            expected="a served month or year within its validity",
            action=f"run: tracetonne refresh --site {entry.site} --month YYYY-MM",
        )
    with scratch_copy(home) as scratch:
        own = scratch.landing / "evidence" / f"site={entry.site}" / f"{entry.evidence_id}.parquet"
        aside = scratch.root / own.name
        own.rename(aside)
        before = _compute(scratch, entry.site, periods, may_fail=True)
        aside.rename(own)
        if any(one.subject.partition("/")[0] == entry.evidence_id for one in waiting(scratch, entry.site)):
            decide(
                scratch, entry.site, "approve", entry.evidence_id, "preview", author="preview",
                approver="preview, second person",
            )  # fmt: skip
        closed = open_again(scratch, entry.site, periods)
        after = _compute(scratch, entry.site, periods, may_fail=False)
    return Preview(
        entry.evidence_id,
        entry.site,
        entry.file_name,
        periods,
        _changed_figures(before.figures, after.figures),
        _changed_figures(before.organisation, after.organisation, _ORGANISATION_KEY),
        _changed_factors(before.factors, after.factors),
        closed,
    )


def effect_of_late(home: Home, site: str, period: str) -> list[dict[str, Any]]:
    """Compute a closed period with what came after its close, and return the figures that this would change.

    Args:
        home: The installation; it stays as it is.
        site: The site.
        period: The closed month or year.

    Raises:
        ModelFailedError: The models cannot be computed with what came later.
    """
    with scratch_copy(home) as scratch:
        before = _served(home, site, period)
        open_again(scratch, site, [period])
        after = _compute(scratch, site, scope(period), may_fail=False).figures
    return _changed_figures(before, {key: value for key, value in after.items() if key[0] == period})


def _served(home: Home, site: str, period: str) -> Rows:
    with serving.open_serving(home, site, [period]) as connection:
        rows = connection.execute(
            f"select {', '.join(_FIGURE_KEY)}, value from out_figure where period = ? and {_WEIGHED}",
            [period],
        ).fetchall()
    return _keyed(rows, _FIGURE_KEY)


def _periods(home: Home, site: str, evidence_id: str) -> list[str]:
    """Return the served periods from the first that the document speaks of, in order of refresh."""
    file = home.landing / "evidence" / f"site={site}" / f"{evidence_id}.parquet"
    with duckdb.connect() as connection:
        days = connection.execute(
            "select period_start, coalesce(period_end, date '9999-12-31') from read_parquet(?)", [str(file)]
        ).fetchone()
    first, end = map(str, days) if days and days[0] else ("", "~")
    served = [build.period for build in serving.builds(home, site)]
    spoken_of = [key for key in served if first[: len(key)] <= key and f"{key}-01-01"[:10] < end]
    months = list(filter(is_month, spoken_of))
    found = periods_from(home, site, min(months)) if months else []
    # An organisation without processes has served years alone; a factor may stand in for later ones.
    first_year = min(filter(is_year, spoken_of), default="~")
    years = (key for key in served if is_year(key) and key >= first_year)
    return sorted({*found, *years}, key=lambda key: (is_year(key), key))


def _compute(scratch: Home, site: str, periods: Sequence[str], *, may_fail: bool) -> _Computed:
    """Build the periods, a year with its months, and return what they say."""
    try:
        compute(scratch, site, list(dict.fromkeys(key for period in periods for key in scope(period))))
    except ModelFailedError:
        if may_fail:
            return _Computed()
        raise

    def rows(key: Sequence[str], values: str, source: str, condition: str) -> Rows:
        found = warehouse.execute(
            f"select {', '.join(key)}, {values} from {source} "
            f"where site = ? and {condition} and list_contains(?, refresh_period)",
            [site, list(periods)],
        )
        return _keyed(found.fetchall(), key)

    with duckdb.connect(str(scratch.warehouse), read_only=True) as warehouse:
        return _Computed(
            rows(_FIGURE_KEY, "value", "output.out_figure", _WEIGHED),
            rows(_ORGANISATION_KEY, "value", "output.out_figure", _ORGANISATION),
            rows(_FACTOR_KEY, "value, factor_id", f"({_WINNERS})", "is_winner"),
        )


def _keyed(rows: Sequence[tuple[Any, ...]], key: Sequence[str]) -> Rows:
    return {row[: len(key)]: row[len(key) :] for row in rows}


def _changed_figures(before: Rows, after: Rows, names: Sequence[str] = _FIGURE_KEY) -> list[dict[str, Any]]:
    found = []
    for key in sorted(before.keys() | after.keys(), key=str):
        (old,), (new,) = before.get(key, (None,)), after.get(key, (None,))
        change = None if old is None or new is None else new - old
        if old == new or (change is not None and abs(change) <= SMALLEST_CHANGE * abs(old)):
            continue
        found.append(
            {
                **dict(zip(names, key, strict=True)),
                "before": old,
                "after": new,
                "change": change,
                "change_pct": 100 * change / old if change is not None and old else None,
            }
        )
    return found


def _changed_factors(before: Rows, after: Rows) -> list[dict[str, Any]]:
    none = (None, None)
    return [
        {
            **dict(zip(_FACTOR_KEY, key, strict=True)),
            "before": before.get(key, none)[0],
            "before_factor": before.get(key, none)[1],
            "after": after.get(key, none)[0],
            "after_factor": after.get(key, none)[1],
        }
        for key in sorted(before.keys() | after.keys(), key=str)
        if before.get(key) != after.get(key)
    ]
