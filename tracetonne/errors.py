"""Errors a user meets: what failed, where, expected, found, what to do next."""

from __future__ import annotations

from tracetonne.chinese import in_both, in_chinese


class TraceTonneError(Exception):
    """A failure that the user can act on; its message is shown without a traceback.

    Args:
        what: One sentence that names the failure.
        where: File, sheet, cell, line or month.
        expected: What would have been accepted.
        found: What was there instead.
        action: The next thing to do.
        what_zh: The sentence in Traditional Chinese, where the catalogue (`chinese.yml`) cannot know it.
    """

    exit_code = 2

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        expected: str = "",
        found: str = "",
        action: str = "",
        what_zh: str = "",
    ) -> None:
        self.what, self.where, self.expected, self.found, self.action = what, where, expected, found, action
        self.what_zh = what_zh or in_chinese(what)
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [
            ("", f"{self.what} {self.what_zh}".strip()),
            ("where", self.where),
            ("expected", in_both(self.expected)),
            ("found", in_both(self.found)),
            ("do", in_both(self.action)),
        ]
        return "\n".join(f"  {label}: {text}" if label else text for label, text in parts if text)

    def as_dict(self) -> dict[str, str]:
        """Return the parts for `--json`, each with its Chinese where there is one."""
        return {
            "error": self.what,
            "where": self.where,
            "expected": self.expected,
            "found": self.found,
            "do": self.action,
            "error_zh": self.what_zh,
            "expected_zh": in_chinese(self.expected),
            "found_zh": in_chinese(self.found),
            "do_zh": in_chinese(self.action),
        }


class WrongUseError(TraceTonneError):
    """The command was called with something that does not exist or does not fit."""

    exit_code = 2


class GateStoppedError(TraceTonneError):
    """A gate found that the numbers do not add up, so nothing was published."""

    exit_code = 3


class EvidenceRejectedError(TraceTonneError):
    """A document, or part of it, could not be read as evidence."""

    exit_code = 4
