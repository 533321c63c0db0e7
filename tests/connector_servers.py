"""Real servers on the loopback for the tests of connectors: PostgreSQL, MariaDB and Dovecot from Debian.

Each lives in a folder of its own, on a free port, as long as its block; a test that cannot have its server is
skipped and says which.
"""

from __future__ import annotations

import contextlib
import getpass
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

_PATH = os.pathsep.join(
    [os.environ.get("PATH", ""), "/usr/sbin", *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))]
)


@dataclass
class Server:
    """A running server.

    Args:
        port: Where it listens on 127.0.0.1.
        folder: Its files.
        process: It.
        ca_file: The authority behind its certificate for `localhost`.
        plain_port: Where a mail server listens without TLS.
    """

    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    ca_file: Path
    plain_port: int = 0


def program(name: str, package: str) -> str:
    """Return the path of a program, or skip the test that needs it."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        pytest.skip(f"no {name} on this machine: install Debian's {package}")
    return found


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def account(preferred: str) -> str:
    """Return the account a server runs under: its own where we are root, which servers refuse, else ours."""
    if os.getuid() != 0:
        return getpass.getuser()
    for name in (preferred, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    pytest.skip(f"no account to run a server under: {preferred}")


@contextmanager
def folder_of(user: str) -> Iterator[Path]:
    """Give a folder that the account owns; pytest's own folders are closed to other accounts."""
    folder = Path(tempfile.mkdtemp(prefix="connector-server-"))
    try:
        own(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def own(folder: Path, user: str) -> None:
    """Give a folder and all in it to an account, if we may."""
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user)


def certificates(folder: Path, user: str) -> tuple[Path, Path, Path]:
    """Write authority, certificate and key for `localhost`."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    ca_file, certificate, key = (folder / name for name in ("ca.pem", "server.pem", "server.key"))
    authority.cert_pem.write_to_path(str(ca_file))
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(key))
    key.chmod(0o600)
    own(folder, user)
    return ca_file, certificate, key


def run_as(user: str, command: Sequence[str], **options: object) -> None:
    """Run a command under an account and wait for it."""
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        timeout=120,
        cwd="/",
        **_account_options(user),
        **options,  # type: ignore[call-overload]
    )
    assert done.returncode == 0, f"{command[0]}: {done.stderr.decode(errors='replace')[-2000:]}"


def _account_options(user: str) -> dict[str, object]:
    if os.getuid() != 0:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def running(user: str, command: Sequence[str], port: int, folder: Path, ca_file: Path) -> Iterator[Server]:
    """Start a server, wait until it listens, and end it with the block."""
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen(  # type: ignore[call-overload]
        command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/", **_account_options(user)
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, (folder / "server.log").read_text(errors="replace")[-2000:]
            time.sleep(0.1)
        yield Server(port, folder, process, ca_file)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


@contextmanager
def postgresql() -> Iterator[Server]:
    """PostgreSQL with TLS; user `postgres` with the password `right`, which must be given."""
    initdb, postgres = program("initdb", "postgresql"), program("postgres", "postgresql")
    user = account("postgres")
    with folder_of(user) as folder:
        ca_file, certificate, key = certificates(folder, user)
        secret = folder / "password"
        secret.write_text("right")
        own(folder, user)
        run_as(
            user,
            [initdb, "-D", str(folder / "data"), "-U", "postgres", "-A", "scram-sha-256", "--no-sync",
             f"--pwfile={secret}", "-E", "UTF8", "--locale=C"],
        )  # fmt: skip
        port = free_port()
        settings = {
            "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "ssl": "on",
            "ssl_cert_file": certificate, "ssl_key_file": key, "fsync": "off",
        }  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [postgres, "-D", str(folder / "data"), *options]
        with running(user, command, port, folder, ca_file) as server:
            yield server


@contextmanager
def mariadb() -> Iterator[Server]:
    """MariaDB with TLS; user `reader` with the password `right`, made by the first statement it runs."""
    install, daemon = program("mariadb-install-db", "mariadb-server"), program("mariadbd", "mariadb-server")
    user = account("mysql")
    with folder_of(user) as folder:
        ca_file, certificate, key = certificates(folder, user)
        data = folder / "data"
        run_as(
            user,
            [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
             "--skip-test-db"],
        )  # fmt: skip
        first = folder / "first.sql"
        first.write_text(
            "create database erp character set utf8mb4;\n"
            "create user 'writer'@'%' identified by 'right';\n"
            "grant all on erp.* to 'writer'@'%';\n"
            "create user 'reader'@'%' identified by 'right';\n"
            "grant all on erp.* to 'reader'@'%';\n"
        )
        own(folder, user)
        port = free_port()
        command = [
            daemon, "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1",
            f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}", f"--init-file={first}",
            f"--ssl-ca={ca_file}", f"--ssl-cert={certificate}", f"--ssl-key={key}",
            "--skip-name-resolve",
            "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M",
        ]  # fmt: skip
        with running(user, command, port, folder, ca_file) as server:
            yield server


@contextmanager
def dovecot() -> Iterator[Server]:
    """Dovecot with TLS; any user with the password `right`, mail in `mail/<user>/` as Maildir."""
    daemon = program("dovecot", "dovecot-imapd")
    user = account("mail")
    entry = pwd.getpwnam(user)
    with folder_of(user) as folder:
        ca_file, certificate, key = certificates(folder, user)
        folder.chmod(0o755)
        port, tls_port = free_port(), free_port()
        is_root = os.getuid() == 0
        config = folder / "dovecot.conf"
        config.write_text(
            f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
{"" if is_root else f"default_internal_user = {user}"}
{"" if is_root else f"default_login_user = {user}"}
{"" if is_root else f"default_internal_group = {grp.getgrgid(entry.pw_gid).gr_name}"}
passdb {{
  driver = static
  args = password=right
}}
userdb {{
  driver = static
  args = uid={entry.pw_uid} gid={entry.pw_gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
        )
        (folder / "mail").mkdir()
        own(folder / "mail", user)
        with running(
            getpass.getuser(), [daemon, "-F", "-c", str(config)], tls_port, folder, ca_file
        ) as server:
            server.plain_port = port
            yield server
