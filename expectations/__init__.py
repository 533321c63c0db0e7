"""The gates: one suite a file. An error keeps the evidence package of its site and period from being made."""

from __future__ import annotations

from expectations import (
    certificate_holding,
    document_soundness,
    electricity_balance,
    factor_completeness,
    figure_consistency,
    precursor_mass_balance,
    raw_completeness,
    template_consistency,
)

GATES = (
    raw_completeness.GATE,
    document_soundness.GATE,
    electricity_balance.GATE,
    precursor_mass_balance.GATE,
    factor_completeness.GATE,
    template_consistency.GATE,
    figure_consistency.GATE,
    certificate_holding.GATE,
)
