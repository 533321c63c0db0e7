"""Resources of a Green Button file that describe readings or sum them up, word for word."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from tracetonne.landing import espi_codes
from tracetonne.landing.espi_paths import child, child_text

# Elements of a quality summary, by column of `meter_quality_summary`.
_QUALITY = {
    "flicker_plt": "flickerPlt",
    "flicker_pst": "flickerPst",
    "harmonic_voltage": "harmonicVoltage",
    "long_interruptions": "longInterruptions",
    "mains_voltage": "mainsVoltage",
    "measurement_protocol": "measurementProtocol",
    "power_frequency": "powerFrequency",
    "rapid_voltage_changes": "rapidVoltageChanges",
    "short_interruptions": "shortInterruptions",
    "supply_voltage_dips": "supplyVoltageDips",
    "supply_voltage_imbalance": "supplyVoltageImbalance",
    "supply_voltage_variations": "supplyVoltageVariations",
    "temporary_overvoltage": "tempOvervoltage",
}
# What a billing summary may say was consumed; the first is about its billing period.
_CONSUMED = ("overallConsumptionLastPeriod", "currentBillingPeriodOverAllConsumption")


@dataclass(frozen=True)
class ReadingType:
    """What a kind of readings is, in the codes of the document."""

    unit_code: str
    power_of_ten: str
    flow_direction: str
    accumulation: str
    commodity: str
    kind: str
    interval_length_s: str
    locator: str

    @staticmethod
    def read(element: etree._Element, locator: str) -> ReadingType:
        """Read the element."""
        return ReadingType(
            unit_code=child_text(element, "uom"),
            power_of_ten=child_text(element, "powerOfTenMultiplier"),
            flow_direction=child_text(element, "flowDirection"),
            accumulation=child_text(element, "accumulationBehaviour"),
            commodity=child_text(element, "commodity"),
            kind=child_text(element, "kind"),
            interval_length_s=child_text(element, "intervalLength"),
            locator=locator,
        )

    def row(self, path: str) -> dict[str, str]:
        """Return the row of `meter_reading_type`.

        Args:
            path: The `self` link of its entry.
        """
        return {
            "reading_type": path,
            "unit_code": self.unit_code,
            "power_of_ten_multiplier": self.power_of_ten,
            "flow_direction": self.flow_direction,
            "accumulation_behaviour": self.accumulation,
            "commodity": self.commodity,
            "kind": self.kind,
            "interval_length_s": self.interval_length_s,
            "locator": self.locator,
        }


@dataclass(frozen=True)
class TimeRule:
    """The local time of a usage point."""

    tz_offset_s: str
    dst_offset_s: str
    dst_start_rule: str
    dst_end_rule: str
    locator: str

    @staticmethod
    def read(element: etree._Element, locator: str) -> TimeRule:
        """Read the element."""
        return TimeRule(
            tz_offset_s=child_text(element, "tzOffset"),
            dst_offset_s=child_text(element, "dstOffset"),
            dst_start_rule=child_text(element, "dstStartRule"),
            dst_end_rule=child_text(element, "dstEndRule"),
            locator=locator,
        )

    def row(self, path: str) -> dict[str, str]:
        """Return the row of `meter_time_rule`.

        Args:
            path: The `self` link of its entry.
        """
        return {
            "time_rule": path,
            "tz_offset_s": self.tz_offset_s,
            "dst_offset_s": self.dst_offset_s,
            "dst_start_rule": self.dst_start_rule,
            "dst_end_rule": self.dst_end_rule,
            "locator": self.locator,
        }


def usage_summary_row(element: etree._Element, locator: str) -> dict[str, str]:
    """Return the row of `meter_usage_summary`, without its service point."""
    period = child(element, "billingPeriod")
    name, used = next(
        ((name, found) for name in _CONSUMED if (found := child(element, name)) is not None), ("", None)
    )
    unit_code = child_text(used, "uom")
    return {
        "period_start_epoch_s": child_text(period, "start"),
        "period_duration_s": child_text(period, "duration"),
        "quantity_name": name,
        "quantity": child_text(used, "value"),
        "unit_code": unit_code,
        "power_of_ten_multiplier": child_text(used, "powerOfTenMultiplier"),
        "base_unit": espi_codes.unit_of(unit_code, "0"),
        "quality_code": child_text(element, "qualityOfReading"),
        "amount": child_text(element, "billLastPeriod"),
        "currency_code": child_text(element, "currency"),
        "locator": locator,
    }


def quality_summary_row(element: etree._Element, locator: str) -> dict[str, str]:
    """Return the row of `meter_quality_summary`, without its service point."""
    period = child(element, "summaryInterval")
    return {
        "period_start_epoch_s": child_text(period, "start"),
        "period_duration_s": child_text(period, "duration"),
        **{column: child_text(element, name) for column, name in _QUALITY.items()},
        "locator": locator,
    }
