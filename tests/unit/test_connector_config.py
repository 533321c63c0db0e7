"""The files of connectors: every example of the documentation works, every secret in a file is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from connector_home import SITE, home_at
from hypothesis import given
from hypothesis import strategies as st

from tracetonne.connectors.config import Connector, load, load_all
from tracetonne.connectors.errors import ConnectorConfigError
from tracetonne.connectors.overview import overview
from tracetonne.connectors.secret import EnvironmentValue
from tracetonne.errors import WrongUseError
from tracetonne.settings import Home

DOCUMENTATION = Path(__file__).resolve().parents[2] / "docs" / "connectors.md"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
KINDS = ("folder", "s3", "sftp", "http", "imap", "sql", "soda4lca", "pact")
SFTP = "kind: sftp\nsite: p\nhost: h\nuser: u\nhost_key: SHA256:" + "A" * 43 + "\n"


def write(folder: Path, text: str, name: str = "one.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> ConnectorConfigError:
    with pytest.raises(ConnectorConfigError) as caught:
        load(write(folder, text))
    return caught.value


@pytest.mark.parametrize("text", EXAMPLES, ids=[yaml.safe_load(text)["kind"] for text in EXAMPLES])
def test_every_example_of_the_documentation_can_be_used(text: str, tmp_path: Path) -> None:
    connector = load(write(tmp_path, text, "example.yml"))
    assert connector.site == SITE
    assert connector.description
    assert connector.location
    assert "$" not in connector.location


def test_there_is_an_example_of_every_kind() -> None:
    assert tuple(yaml.safe_load(text)["kind"] for text in EXAMPLES) == KINDS


def test_the_documentation_names_every_setting_and_no_other(tmp_path: Path) -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    common = {"name", "folder", "site", "kind", "limits", "port"}
    unsaid = {
        f"{connector.kind}.{name}"
        for connector in (load(write(tmp_path, example, "example.yml")) for example in EXAMPLES)
        for name in type(connector).model_fields
        if name not in common and not re.search(rf"\b{name}\b", text)
    }
    assert unsaid <= {
        "imap.encryption", "imap.max_message_bytes", "sql.encryption", "soda4lca.page_size", "pact.page_size",
        "pact.scope",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (SFTP + "password: hunter2\n", "password"),
        (SFTP + "password: 12345678\n", "password"),
        (SFTP + "password: $SFTP_PASSWORD\n", "password"),
        (SFTP + "password: prefix-${SFTP_PASSWORD}\n", "password"),
        (SFTP + "private_key_file: k\nprivate_key_passphrase: hunter2\n", "private_key_passphrase"),
        ("kind: s3\nsite: p\nbucket: bbb\naccess_key: ${K}\nsecret_key: hunter2\n", "secret_key"),
        ("kind: s3\nsite: p\nbucket: bbb\nendpoint_url: https://u:hunter2@h\n", "endpoint_url"),
        ("kind: http\nsite: p\nurl: https://u:hunter2@h/\n", "url"),
        ("kind: http\nsite: p\nurl: https://h/\ntoken: hunter2\n", "token"),
        (
            "kind: http\nsite: p\nurl: https://h/\nheaders: {Authorization: hunter2}\n",
            "headers.Authorization",
        ),
        ("kind: pact\nsite: p\nurl: https://h\nclient_id: c\nclient_secret: hunter2\n", "client_secret"),
        ("kind: folder\nsite: p\npath: x\ndescription: AKIAABCDEFGHIJKLMNOP\n", "description"),
        ("kind: folder\nsite: p\npath: x\npatterns: ['-----BEGIN RSA PRIVATE KEY-----']\n", "patterns[0]"),
        ("kind: sql\nsite: p\nquery: select dblink('host=h password=hunter2')\n", "query"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(text: str, place: str, tmp_path: Path) -> None:
    error = refused(tmp_path, text)
    assert error.what == "The connector file holds a secret."
    assert error.where == f"one.yml: {place}"
    assert "hunter2" not in str(error)
    assert "AKIA" not in str(error)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "settings in YAML"),
        ("- a\n- b\n", "settings in YAML"),
        ("a: [", "settings in YAML"),
        ("a: " + "[" * 1200, "settings in YAML"),
        ("kind: ftp\nsite: p\n", "'folder', 's3', 'sftp'"),
        ("site: p\n", "kind"),
        ("kind: folder\nsite: p\n", "path: Field required"),
        ("kind: folder\nsite: ../p\npath: x\n", "site:"),
        ("kind: folder\nsite: p\npath: x\npasword_file: y\n", "pasword_file: Extra inputs"),
        ("kind: folder\nsite: p\npath: x\nname: other\n", "the name of the file says it"),
        ("kind: folder\nsite: p\npath: x\nowner: somebody\n", "owner:"),
        ("kind: folder\nsite: p\npath: x\nlimits: {max_files: 0}\n", "limits.max_files:"),
        ("kind: http\nsite: p\nurl: http://portal.example/\n", "travel in the clear"),
        ("kind: http\nsite: p\nurl: ftp://portal.example/\n", "https://"),
        ("kind: http\nsite: p\nurl: https://h/?key=1\n", "without ? and #"),
        ("kind: http\nsite: p\nurl: https://h/\nuser: u\n", "user and password together"),
        ("kind: imap\nsite: p\nhost: h\nuser: u\npassword: ${P}\nencryption: none\n", "in the clear"),
        ("kind: imap\nsite: p\nhost: h\nuser: u\n", "either password or access_token"),
        (SFTP, "password or private_key_file"),
        ("kind: sftp\nsite: p\nhost: h\nuser: u\npassword: ${P}\n", "either host_key"),
        (SFTP + "password: ${P}\nknown_hosts: x\n", "either host_key"),
        ("kind: soda4lca\nsite: p\nurl: https://h\n", "uuids or search"),
        ("kind: soda4lca\nsite: p\nurl: https://h\nuuids: [../../x]\n", "uuids: such as"),
    ],
)
def test_a_wrong_file_says_what_was_expected(text: str, said: str, tmp_path: Path) -> None:
    error = refused(tmp_path, text)
    assert said in error.expected
    assert error.where.startswith("one.yml")
    assert error.exit_code == WrongUseError.exit_code


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("delete from t", "begins with SELECT or WITH"),
        ("select 1; drop table t", "one statement only"),
        ("select a from t", "ORDER BY"),
    ],
)
def test_a_query_is_one_ordered_select(query: str, said: str, tmp_path: Path) -> None:
    text = f"kind: sql\nsite: p\nengine: mysql\nhost: h\ndatabase: d\nuser: u\nquery: {query}\n"
    assert said in refused(tmp_path, text).expected


def test_the_clear_is_allowed_on_this_machine_or_for_a_reason(tmp_path: Path) -> None:
    for url in ("http://localhost:8080/", "http://127.0.0.1/", "http://[::1]:80/"):
        load(write(tmp_path, f"kind: http\nsite: p\nurl: '{url}'\n"))
    text = "kind: http\nsite: p\nurl: http://plc.example/\nunencrypted_reason: the meters' own network\n"
    assert load(write(tmp_path, text)).unencrypted_reason == "the meters' own network"


def test_names_of_files_are_plain(tmp_path: Path) -> None:
    for name in ("Bills.yml", "1.yml", "a b.yml", "a-b.yml"):
        with pytest.raises(ConnectorConfigError):
            load(write(tmp_path, "kind: folder\nsite: p\npath: x\n", name))


def test_a_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    write(home.connectors, "kind: folder\nsite: p\npath: x\n", "good.yml")
    write(home.connectors, "kind: nothing\n", "bad.yml")
    connectors, problems = load_all(home)
    assert ([one.name for one in connectors], list(problems)) == (["good"], ["bad"])


def test_the_list_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home: Home = home_at(tmp_path)
    write(home.connectors, SFTP + "password: ${PLANT_SFTP_PASSWORD}\n", "sftp.yml")
    write(home.connectors, "kind: nothing\n", "bad.yml")
    monkeypatch.delenv("PLANT_SFTP_PASSWORD", raising=False)
    bad, sftp = overview(home)
    assert "wrong settings" in bad.problem
    assert sftp.problem == "not set in the environment: PLANT_SFTP_PASSWORD"
    monkeypatch.setenv("PLANT_SFTP_PASSWORD", "x")
    assert [one.problem for one in overview(home, "p")][1] == ""
    assert [one.name for one in overview(home, "another")] == ["bad"]


def test_a_secret_is_its_name_wherever_it_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANT_SFTP_PASSWORD", "hunter2")
    connector: Connector = load(write(tmp_path, SFTP + "password: ${PLANT_SFTP_PASSWORD}\n"))
    assert "hunter2" not in repr(connector) + str(connector) + connector.location
    [secret] = connector.secrets()
    assert isinstance(secret, EnvironmentValue)
    assert secret.value() == "hunter2"
    monkeypatch.delenv("PLANT_SFTP_PASSWORD")
    with pytest.raises(ConnectorConfigError, match="PLANT_SFTP_PASSWORD is not set"):
        secret.value()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from([*"abc", "kind", "site", "path", "host", "url", "password", "limits", "query"]),
        _VALUES,
    ),
    st.sampled_from(KINDS),
)
def test_whatever_stands_in_a_file_is_a_connector_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, written: dict[str, object], kind: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    text = yaml.safe_dump({"kind": kind, "site": "p", **written}, allow_unicode=True)
    path = folder / "one.yml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load(path)
    except ConnectorConfigError as error:
        assert error.what
