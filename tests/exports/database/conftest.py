"""A real PostgreSQL server on the loopback, with a password, that lives as long as the tests."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PASSWORD = "Quxwort-99887766"


class Server(NamedTuple):
    """A server.

    port (int): On 127.0.0.1.
    name (str): A database of this test's alone.
    """

    port: int
    name: str

    def address(self, password: str = PASSWORD) -> str:
        return f"postgres://clinical:{password}@127.0.0.1:{self.port}/{self.name}"

    def connect(self) -> Any:
        psycopg = pytest.importorskip("psycopg")
        return psycopg.connect(self.address(), autocommit=True)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return list(connection.execute(statement).fetchall())


def find_programs() -> Path:
    """The folder of the server's programs. Skips where there is none, or no user to run it."""
    found = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    if not found:
        program = shutil.which("initdb")
        found = [Path(program).parent] if program else []
    if not found:
        pytest.skip("no PostgreSQL server: install postgresql")
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL doesn't run as root, and there is no user postgres")
    return found[-1]


def run(*args: object) -> None:
    """Run a program of the server's, as the user that it wants."""
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*before, *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.fixture(scope="session")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    pytest.importorskip("psycopg")
    programs = find_programs()
    folder = Path("/tmp") / f"clinical-pg-{secrets.token_hex(4)}"  # its socket's path must be short
    folder.mkdir(mode=0o755)
    (folder / "password").write_text(PASSWORD)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(folder / "password", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    try:
        made = ["-A", "scram-sha-256", "-U", "clinical", f"--pwfile={folder / 'password'}"]
        run(programs / "initdb", "-D", data, *made, "--no-sync", "-E", "UTF8")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -F"
        run(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        yield port
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture()
def server(port: int) -> Server:
    name = f"t{secrets.token_hex(4)}"
    with Server(port, "postgres").connect() as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return Server(port, name)
