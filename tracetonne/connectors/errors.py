"""Why a connector could not do its work: the other side, the network, or its configuration."""

from __future__ import annotations

from tracetonne.errors import TraceTonneError, WrongUseError


class ConnectorError(TraceTonneError):
    """The other side could not be reached, refused us, or did not keep to its protocol."""

    exit_code = 1


class RefusedDocumentError(Exception):
    """A document of the other side is not taken in; the others are.

    Args:
        reason: Why, as a sentence.
        reason_zh: The same in Traditional Chinese.
        lasting: Whether the same bytes will be refused next time too.
    """

    status = "refused"

    def __init__(self, reason: str, reason_zh: str, *, lasting: bool = False) -> None:
        self.reason, self.reason_zh, self.lasting = reason, reason_zh, lasting
        super().__init__(reason)


class NothingYetError(RefusedDocumentError):
    """There is nothing to take in yet, which is no fault: a query without rows."""

    status = "empty"


class ConnectorConfigError(WrongUseError):
    """The YAML file of a connector cannot be used as it stands."""
