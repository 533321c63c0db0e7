"""Secrets and logins of connectors: named in the YAML file, kept in the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from pydantic import BeforeValidator

from tracetonne.connectors.errors import ConnectorConfigError
from tracetonne.errors import TraceTonneError

_REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase)|secret|token|api_?key|access_key|credential|authori[sz]ation|^private_key$", re.I
)
# What gives a secret away wherever it stands: a login inside a URL, a private key, a key of AWS, a connection
# string.
_SECRET_TEXT = re.compile(
    r"://[^/\s:@]+:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY|\b(AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\b(password|pwd)\s*=\s*[^\s$]",
    re.I,
)
LITERAL = "a secret stands in the file; put it in the environment and write ${ITS_NAME} here"


@dataclass(frozen=True)
class EnvironmentValue:
    """A value that stands in an environment variable; only its name is ever shown."""

    variable: str

    def __str__(self) -> str:
        return f"${{{self.variable}}}"

    def value(self) -> str:
        """Return the value.

        Raises:
            ConnectorConfigError: The variable is not set or empty.
        """
        found = os.environ.get(self.variable, "")
        if not found:
            raise ConnectorConfigError(
                f"The environment variable {self.variable} is not set.",
                where=str(self),
                expected="the secret of the connector",
                found="nothing",
                action=f"set {self.variable} for the process that fetches, and run it again",
            )
        return found


@dataclass(frozen=True)
class PlainValue:
    """A login name written in the file itself."""

    text: str

    def __str__(self) -> str:
        return self.text

    def value(self) -> str:
        """Return the text."""
        return self.text


def _secret(written: Any) -> EnvironmentValue:
    if isinstance(written, EnvironmentValue):
        return written
    found = _REFERENCE.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError(LITERAL)
    return EnvironmentValue(found.group(1))


def _login(written: Any) -> EnvironmentValue | PlainValue:
    if isinstance(written, EnvironmentValue | PlainValue):
        return written
    if not isinstance(written, str) or not written.strip():
        raise ValueError("a name, or ${ITS_NAME} of the environment")
    found = _REFERENCE.fullmatch(written)
    return EnvironmentValue(found.group(1)) if found else PlainValue(written)


Secret = Annotated[EnvironmentValue, BeforeValidator(_secret)]
"""Written `${NAME}`; anything else is refused as a literal secret."""

Login = Annotated[EnvironmentValue | PlainValue, BeforeValidator(_login)]
"""A user name, as it is or as `${NAME}`."""


class HasSecrets(Protocol):
    """Something that needs environment variables: a connector."""

    def secrets(self) -> list[EnvironmentValue]:
        """Return them."""
        ...


def without_secrets(owner: HasSecrets, error: TraceTonneError) -> TraceTonneError:
    """Take the values of secrets out of an error: libraries and servers may repeat what they were given."""
    values = [os.environ.get(secret.variable, "") for secret in owner.secrets()]
    for name in ("what", "where", "expected", "found", "action"):
        text = getattr(error, name)
        for value in values:
            text = text.replace(value, "***") if value else text
        setattr(error, name, text)
    error.args = (str(error),)
    return error


def literal_secrets(written: object, path: str = "") -> Iterator[str]:
    """Yield the place of everything in a YAML document that looks like a secret, never the secret."""
    if isinstance(written, Mapping):
        for key, value in written.items():
            place = f"{path}.{key}" if path else str(key)
            is_text = isinstance(value, str | int | float) and not isinstance(value, bool)
            if _SECRET_KEY.search(str(key)) and is_text and not _REFERENCE.fullmatch(str(value)):
                yield place
            else:
                yield from literal_secrets(value, place)
    elif isinstance(written, list):
        for number, value in enumerate(written):
            yield from literal_secrets(value, f"{path}[{number}]")
    elif isinstance(written, str) and _SECRET_TEXT.search(written):
        yield path
