"""The YAML file of a connector: what may stand in it, read whole and checked whole.

Every setting has its meaning in its `description`; `docs/connectors.md` shows one example of each kind.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from tracetonne.connectors.errors import ConnectorConfigError
from tracetonne.connectors.secret import LITERAL, EnvironmentValue, Login, Secret, literal_secrets
from tracetonne.settings import Home

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_LONGEST_FILE = 64 * 1024
_MEBIBYTE = 1024 * 1024
# A document that lands as one piece; what readers of bulk exports accept beyond it is set in the file.
_DOCUMENT_BYTES = 256 * _MEBIBYTE
_DOCUMENTS = ("*.xml", "*.csv", "*.xlsx", "*.xls", "*.pdf", "*.json", "*.zip", "*.parquet", "*.txt")

Port = Annotated[int, Field(ge=1, le=65535)]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Limits(_Settings):
    """How much one fetch may bring."""

    max_files: int = Field(1000, ge=1, le=100_000, description="Documents a fetch; the rest waits.")
    max_file_bytes: int = Field(_DOCUMENT_BYTES, ge=1, description="A larger document is refused.")
    max_total_bytes: int = Field(2048 * _MEBIBYTE, ge=1, description="Bytes a fetch; the rest waits.")
    max_file_seconds: float = Field(3600, gt=0, description="A document that takes longer is refused.")
    max_listed: int = Field(100_000, ge=1, description="Entries of a listing that are looked at.")


class _Connector(_Settings):
    name: str = Field(description="Name of the file; not written in it.")
    folder: Path = Field(description="Folder of the file, which relative paths start from; not written.")
    site: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", description="Site whose inbox it fills.")
    description: str = Field("", max_length=400, description="What comes from there, for the UI.")
    owner: str = Field("team:data-steward", pattern=r"^(team:\S+|\S+@\S+)$", description="Who answers.")
    every_minutes: int = Field(60, ge=1, le=44_640, description="How often the sensor asks for a fetch.")
    timeout_seconds: float = Field(60, gt=0, le=3600, description="Wait for an answer of the other side.")
    attempts: int = Field(4, ge=1, le=10, description="Tries of a step that failed on the way.")
    accept_own_forms: bool = Field(
        False, description="Whether master data and manual entries may come this way; decisions never may."
    )
    limits: Limits = Limits()  # type: ignore[call-arg]
    unencrypted_reason: str = Field(
        "", max_length=400, description="Why the way there needs no encryption; it stays on record."
    )

    @property
    def location(self) -> str:
        """Where it fetches from, without any secret."""
        raise NotImplementedError

    def secrets(self) -> list[EnvironmentValue]:
        """Return every environment variable that it needs."""
        return [value for _, value in self if isinstance(value, EnvironmentValue)]

    def beside(self, path: Path) -> Path:
        """Return a path of the file, which may be relative to the file."""
        return (self.folder / path.expanduser()).resolve()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _need_encryption(connector: _Connector, encrypted: bool, host: str) -> None:
    """Refuse a way in the clear to another machine, unless the file says why it may be."""
    if encrypted or _is_loopback(host) or connector.unencrypted_reason:
        return
    raise ValueError(
        "documents and logins would travel in the clear: use TLS, or say in unencrypted_reason why not"
    )


def _check_url(connector: _Connector, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address that starts with https://")
    if parts.query or parts.fragment:
        raise ValueError("an address without ? and #")
    _need_encryption(connector, parts.scheme == "https", parts.hostname)


class _Files(_Connector):
    patterns: tuple[str, ...] = Field(_DOCUMENTS, min_length=1, description="Names to fetch, as globs.")
    recursive: bool = Field(True, description="Whether folders inside are looked into.")


class FolderConnector(_Files):
    """A folder of this machine or of a mounted share."""

    kind: Literal["folder"]
    path: Path = Field(description="The folder.")
    settle_seconds: float = Field(30, ge=0, description="A file changed within this time still waits.")

    @property
    def location(self) -> str:
        """Return the folder."""
        return str(self.beside(self.path))


class S3Connector(_Files):
    """A bucket of S3 or of a store that speaks it."""

    kind: Literal["s3"]
    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,62}$")
    prefix: str = Field("", description="Only keys that start so.")
    endpoint_url: str = Field("", description="Address of the store; empty for AWS.")
    region: str = ""
    access_key: Secret | None = Field(None, description="Without it, the machine's own role.")
    secret_key: Secret | None = None
    ca_file: Path | None = Field(None, description="Certificates to trust besides the system's.")

    @property
    def location(self) -> str:
        """Return bucket and prefix, with the store if it is not AWS."""
        store = f" at {self.endpoint_url}" if self.endpoint_url else ""
        return f"s3://{self.bucket}/{self.prefix}{store}"

    @model_validator(mode="after")
    def _check(self) -> S3Connector:
        if self.endpoint_url:
            _check_url(self, self.endpoint_url)
        if (self.access_key is None) != (self.secret_key is None):
            raise ValueError("access_key and secret_key together, or neither")
        return self


class SftpConnector(_Files):
    """A folder behind SFTP; its host key is known beforehand."""

    kind: Literal["sftp"]
    host: str = Field(min_length=1)
    port: Port = 22
    path: str = Field("/", description="The folder there.")
    user: Login
    password: Secret | None = None
    private_key_file: Path | None = None
    private_key_passphrase: Secret | None = None
    host_key: str = Field("", pattern=r"^$|^SHA256:[A-Za-z0-9+/]{43}=?$", description="Its fingerprint.")
    known_hosts: Path | None = Field(None, description="A known_hosts file, instead of host_key.")
    settle_seconds: float = Field(30, ge=0, description="A file changed within this time still waits.")

    @property
    def location(self) -> str:
        """Return host and folder."""
        return f"sftp://{self.host}:{self.port}/{self.path.lstrip('/')}"

    @model_validator(mode="after")
    def _check(self) -> SftpConnector:
        if bool(self.host_key) == bool(self.known_hosts):
            raise ValueError("either host_key (ssh-keyscan HOST | ssh-keygen -lf -) or known_hosts")
        if self.password is None and self.private_key_file is None:
            raise ValueError("password or private_key_file")
        return self


class HttpConnector(_Files):
    """A folder that a web server lists."""

    kind: Literal["http"]
    url: str = Field(description="Address of the listing.")
    user: Login | None = None
    password: Secret | None = None
    token: Secret | None = Field(None, description="Sent as a bearer token.")
    ca_file: Path | None = Field(None, description="Certificates to trust besides the system's.")

    @property
    def location(self) -> str:
        """Return the address."""
        return self.url

    @model_validator(mode="after")
    def _check(self) -> HttpConnector:
        _check_url(self, self.url)
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password together, or neither")
        if self.user and self.token:
            raise ValueError("user and password, or token")
        return self


class ImapConnector(_Connector):
    """Attachments of a mailbox; the mailbox is opened read-only."""

    kind: Literal["imap"]
    host: str = Field(min_length=1)
    port: Port | None = Field(None, description="993, or 143 for starttls and none.")
    encryption: Literal["tls", "starttls", "none"] = "tls"
    user: Login
    password: Secret | None = None
    access_token: Secret | None = Field(None, description="OAuth2 token (XOAUTH2), instead of password.")
    mailbox: str = "INBOX"
    senders: tuple[str, ...] = Field((), description="Addresses or @domains; empty takes any.")
    subject_contains: str = ""
    since: datetime.date | None = Field(None, description="Messages received from this day on.")
    patterns: tuple[str, ...] = Field(_DOCUMENTS, min_length=1, description="Names to fetch, as globs.")
    max_message_bytes: int = Field(64 * _MEBIBYTE, ge=1, description="A larger message is refused.")
    ca_file: Path | None = Field(None, description="Certificates to trust besides the system's.")

    @property
    def location(self) -> str:
        """Return host, user and mailbox."""
        return f"imap://{self.user}@{self.host}:{self.tcp_port}/{self.mailbox}"

    @property
    def tcp_port(self) -> int:
        """Return the port that is asked."""
        return self.port or (993 if self.encryption == "tls" else 143)

    @model_validator(mode="after")
    def _check(self) -> ImapConnector:
        _need_encryption(self, self.encryption != "none", self.host)
        if (self.password is None) == (self.access_token is None):
            raise ValueError("either password or access_token")
        return self


class SqlConnector(_Connector):
    """The result of one query, as CSV."""

    kind: Literal["sql"]
    engine: Literal["postgresql", "mysql"]
    host: str = Field(min_length=1)
    port: Port | None = Field(None, description="5432 or 3306.")
    database: str = Field(min_length=1)
    user: Login
    password: Secret | None = None
    encryption: Literal["tls", "none"] = "tls"
    ca_file: Path | None = Field(None, description="Certificates to trust instead of the system's.")
    file_name: str = Field(
        "", pattern=r"^$|^[^/\\]+\.csv$", description="Name of the document; {parameter} is filled in."
    )
    query: str = Field(min_length=1, description="One SELECT with ORDER BY; :name stands for a parameter.")
    parameters: dict[str, str | int | float | bool | datetime.date] = Field(
        default_factory=dict, description="{month_start} and the like are filled in, see docs/connectors.md."
    )
    max_rows: int = Field(1_000_000, ge=1, description="A longer result is refused.")

    @property
    def location(self) -> str:
        """Return the database."""
        return f"{self.engine}://{self.host}:{self.tcp_port}/{self.database}"

    @property
    def tcp_port(self) -> int:
        """Return the port that is asked."""
        return self.port or (5432 if self.engine == "postgresql" else 3306)

    @model_validator(mode="after")
    def _check(self) -> SqlConnector:
        _need_encryption(self, self.encryption == "tls", self.host)
        text = self.query.strip().rstrip(";")
        if not re.match(r"(select|with)\b", text, re.I):
            raise ValueError("query: one statement that begins with SELECT or WITH")
        if ";" in text:
            raise ValueError("query: one statement only")
        if not re.search(r"\border\s+by\b", text, re.I):
            raise ValueError("query: ORDER BY, so that the same rows give the same document")
        return self


class Soda4lcaConnector(_Connector):
    """EPDs of a soda4LCA node."""

    kind: Literal["soda4lca"]
    url: str = Field(description="Address of its resource folder, https://…/resource.")
    datastock: str = Field("", pattern=r"^$|^[0-9a-fA-F-]{36}$", description="Only this data stock.")
    uuids: tuple[str, ...] = Field((), description="These datasets, in their newest version.")
    search: dict[str, str | int | bool] = Field(
        default_factory=dict, description="Fields of the node's search, such as name or validUntil."
    )
    document: Literal["json", "xml", "zip"] = Field("json", description="json is the extended view.")
    page_size: int = Field(100, ge=1, le=500)
    token: Secret | None = Field(None, description="Sent as a bearer token.")
    ca_file: Path | None = Field(None, description="Certificates to trust besides the system's.")

    @property
    def location(self) -> str:
        """Return the address."""
        return self.url

    @model_validator(mode="after")
    def _check(self) -> Soda4lcaConnector:
        _check_url(self, self.url)
        if not self.uuids and not self.search:
            raise ValueError("uuids or search: a whole node is not evidence of a site")
        if any(not re.fullmatch(r"[0-9a-fA-F-]{36}", uuid) for uuid in self.uuids):
            raise ValueError("uuids: such as 0cb92770-9007-48c6-bc03-466af8894419")
        return self


class PactConnector(_Connector):
    """Footprints of a PACT host, version 3 of its API."""

    kind: Literal["pact"]
    url: str = Field(description="Address that /3/footprints is under.")
    auth_url: str = Field("", description="Address of its identity provider; else the host itself.")
    client_id: Login
    client_secret: Secret
    scope: str = ""
    filters: dict[str, str | tuple[str, ...]] = Field(
        default_factory=dict, description="Fields of the list request, such as productId or status."
    )
    page_size: int = Field(100, ge=1, le=1000)
    ca_file: Path | None = Field(None, description="Certificates to trust besides the system's.")

    @property
    def location(self) -> str:
        """Return the address."""
        return self.url

    @model_validator(mode="after")
    def _check(self) -> PactConnector:
        _check_url(self, self.url)
        if self.auth_url:
            _check_url(self, self.auth_url)
        return self


Connector = (
    FolderConnector
    | S3Connector
    | SftpConnector
    | HttpConnector
    | ImapConnector
    | SqlConnector
    | Soda4lcaConnector
    | PactConnector
)
_ToldByKind = Annotated[Connector, Field(discriminator="kind")]
_ADAPTER: TypeAdapter[Any] = TypeAdapter(_ToldByKind)


def config_paths(home: Home) -> list[Path]:
    """Return the connector files of a home, by name."""
    return sorted(home.connectors.glob("*.yml"))


def load(path: Path) -> Connector:
    """Read a connector file.

    Raises:
        ConnectorConfigError: It cannot be read, holds a secret, or a setting is missing, unknown or wrong;
            every problem is named.
    """
    if not NAME.fullmatch(path.stem):
        raise _refused(path, "a name of small letters, digits and _, such as erp_receipts.yml", path.name)
    written = _parse(path)
    found = list(literal_secrets(written))
    if found:
        raise ConnectorConfigError(
            "The connector file holds a secret.",
            where=f"{path.name}: {', '.join(found)}",
            expected="${NAME} of an environment variable",
            found="a literal value, not repeated here",
            action="move the secret to the environment, write ${NAME} in its place, and replace the secret: "
            "it has stood in a file",
        )
    reserved = {"name", "folder"} & set(written)
    if reserved:
        raise _refused(path, "the name of the file says it", f"the setting {', '.join(sorted(reserved))}")
    try:
        connector: Connector = _ADAPTER.validate_python({**written, "name": path.stem, "folder": path.parent})
    except ValidationError as error:
        raise _invalid(path, error) from None
    return connector


def _parse(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise _refused(path, f"at most {_LONGEST_FILE:,} bytes", f"{path.stat().st_size:,} bytes")
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refused(path, "a file that may be read", error.strerror or "") from None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else "not UTF-8 text or not YAML"
        raise _refused(path, "settings in YAML", place) from None
    if not isinstance(written, dict) or not all(isinstance(key, str) for key in written):
        raise _refused(path, "settings in YAML, one a line", type(written).__name__)
    return written


def _refused(path: Path, expected: str, found: str) -> ConnectorConfigError:
    return ConnectorConfigError(
        "The connector file cannot be used.",
        where=str(path.name),
        expected=expected,
        found=found,
        action="correct the file; docs/connectors.md has an example of each kind",
    )


def _invalid(path: Path, error: ValidationError) -> ConnectorConfigError:
    """Name every problem; the values are left out, because one of them may be a secret in a wrong place."""
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    kinds = [str(part) for problem in problems for part in problem["loc"][:1]]
    said = []
    for problem in problems:
        place = ".".join(str(part) for part in problem["loc"][1:]) or ", ".join(kinds[:1]) or "kind"
        said.append(f"{place}: {problem['msg'].removeprefix('Value error, ')}")
    is_secret = any(LITERAL in text for text in said)
    return ConnectorConfigError(
        "The connector file holds a secret." if is_secret else "The connector file has wrong settings.",
        where=path.name,
        expected="; ".join(said),
        found=f"{len(said)} problem{'s' if len(said) > 1 else ''}",
        action="correct the file; docs/connectors.md has an example of each kind",
    )


def load_all(home: Home) -> tuple[list[Connector], dict[str, ConnectorConfigError]]:
    """Read every connector file of a home; a bad one does not hide the others."""
    connectors, problems = [], {}
    for path in config_paths(home):
        try:
            connectors.append(load(path))
        except ConnectorConfigError as error:
            problems[path.stem] = error
    return connectors, problems
