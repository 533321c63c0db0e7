"""Paths into the elements of a Green Button file, compiled once for each namespace."""

from __future__ import annotations

from typing import Any

from lxml import etree

# Parts of a reading that `Paths.text` gives.
PARTS = ("start", "duration", "value", "timezone")


class Paths:
    """The compiled paths into a reading, for one namespace."""

    def __init__(self, namespace: str) -> None:
        prefix = "e:" if namespace else ""
        spaces = {"e": namespace} if namespace else None

        def path(expression: str) -> Any:
            return etree.XPath(expression.replace("@", prefix), namespaces=spaces, smart_strings=False)

        self._columns = {
            limited: [
                path(f"@IntervalReading{cut}/{one}/text()")
                for one in ("@timePeriod/@start", "@timePeriod/@duration", "@value")
            ]
            + [
                path(f"@IntervalReading{cut}/@ReadingQuality/@quality/text()"),
                path(f"@IntervalReading{cut}/@timePeriod/@timezone/text()"),
                path(
                    f"count(@IntervalReading{cut}[@timePeriod/@start and @timePeriod/@duration and @value])"
                ),
                path(f"count(@IntervalReading{cut}[@ReadingQuality/@quality])"),
                path(f"count(@IntervalReading{cut}[@timePeriod/@timezone])"),
                path(f"count(@IntervalReading{cut})"),
            ]
            for limited, cut in ((True, "[position() <= $limit]"), (False, ""))
        }
        self._one = {
            "start": path("string(@timePeriod/@start)"),
            "duration": path("string(@timePeriod/@duration)"),
            "value": path("string(@value)"),
            "timezone": path("string(@timePeriod/@timezone)"),
        }
        self.qualities = path("@ReadingQuality/@quality")

    def columns(self, block: etree._Element, limit: int | None) -> list[list[str]] | None:
        """Return start, duration, value, quality and zone of the readings, or nothing where they differ.

        As many values as readings, and no reading without one, means one in each.
        """
        compiled = self._columns[limit is not None]
        given = {} if limit is None else {"limit": limit}
        count = int(compiled[8](block, **given))
        texts = [one(block, **given) for one in compiled[:5]]
        if not count or any(len(texts[index]) != count for index in range(3)):
            return None
        complete = [compiled[5](block, **given)]
        complete += [compiled[index + 3](block, **given) for index in (3, 4) if texts[index]]
        if any(one != count for one in complete) or any(len(one) not in (0, count) for one in texts[3:]):
            return None
        return texts

    def text(self, reading: etree._Element, name: str) -> str:
        """Return the text of one part of a reading."""
        return str(self._one[name](reading)).strip()


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the first child of this name, whatever its namespace."""
    if element is None:
        return None
    return next((one for one in element if local_name(one) == name), None)


def child_text(element: etree._Element | None, name: str) -> str:
    """Return the text of that child, empty where there is none."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""


def forget(element: etree._Element) -> None:
    """Let go of an element that has been read, and of its like before it."""
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs do not know it
    parent = element.getparent()
    if parent is None:
        return
    while (before := element.getprevious()) is not None and before.tag == element.tag:
        parent.remove(before)
