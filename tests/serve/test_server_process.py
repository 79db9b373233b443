"""The command as users run it: start, audit, load, reload and end of a real process."""

import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from spacy_clinical.cli import app
from spacy_clinical.serve import Client
from spacy_clinical.serve.server_process import Start, serve

from ..commands import run
from .conftest import TEXT

READY = 300.0  # seconds, on a machine that is busy with other things


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def process(
    model: Path, folder: Path, *options: str, verify: ssl.SSLContext | None = None
) -> Iterator[tuple[str, "subprocess.Popen"]]:
    """A service in a process of its own, ready; its standard error goes to folder/err."""
    port = free_port()
    command = [sys.executable, "-m", "spacy", "clinical", "serve", str(model)]
    with (folder / "err").open("wb") as err, (folder / "out").open("wb") as out:
        started = subprocess.Popen(
            [*command, "--port", str(port), *options], stdout=out, stderr=err
        )
        url = f"{'https' if verify else 'http'}://127.0.0.1:{port}"
        deadline = time.monotonic() + READY
        try:
            while not is_ready(url, verify):
                assert started.poll() is None, (folder / "err").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.2)
            yield url, started
        finally:
            started.kill()
            started.wait()


def is_ready(url: str, verify: ssl.SSLContext | None = None) -> bool:
    trusted = verify if verify is not None else True
    try:
        return httpx.get(f"{url}/readyz", trust_env=False, verify=trusted).status_code == 200
    except httpx.TransportError:
        return False


def test_a_process_from_start_to_end(model: Path, tmp_path: Path) -> None:
    """Clients send all the time, while the pipeline is loaded again and the process is told to end:
    every request that is taken is answered, and the log holds no letter of a note."""
    key, trail = tmp_path / "key", tmp_path / "audit"
    assert run(app, "audit", "new-key", key).exit_code == 0
    (tmp_path / "serve.cfg").write_text("[serve]\ndrain = 1.0\n")
    options = ("--config", str(tmp_path / "serve.cfg"), "--audit", str(trail), "--key", str(key))
    answers: list[int] = []
    ended = threading.Event()
    with process(model, tmp_path, *options) as (url, started):

        def send(number: int) -> None:
            with httpx.Client(base_url=url, timeout=30, trust_env=False) as http:
                while not ended.is_set():
                    try:
                        row = {"id": f"Zebediah{number}", "text": f"Quxwort {TEXT}"}
                        answers.append(http.post("/annotate", json=row).status_code)
                    except httpx.ConnectError:
                        return

        threads = [threading.Thread(target=send, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        started.send_signal(signal.SIGHUP)
        with Client(url) as client:
            hash = client.model()["hash"]
        deadline = time.monotonic() + READY
        while '"reload"' not in (tmp_path / "err").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        started.send_signal(signal.SIGTERM)
        assert started.wait(30) == 0
        ended.set()
        for thread in threads:
            thread.join()
    told = (tmp_path / "err").read_text()
    rows = [json.loads(line) for line in told.splitlines()]
    assert set(answers) == {200}
    assert len(answers) == sum(row.get("route") == "/annotate" for row in rows)
    assert {"event": "reload", "status": 200, "hash": hash}.items() <= next(
        row for row in rows if "event" in row
    ).items()
    assert "Quxwort" not in told
    assert "Zebediah" not in told
    audited = "".join(path.read_text() for path in trail.glob("*.jsonl"))
    lines = [json.loads(line) for line in audited.splitlines()]
    assert sum(line["event"] == "note" for line in lines) == len(answers)
    assert "Zebediah" not in audited
    assert run(app, "audit", "verify", trail).exit_code == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--host", "0.0.0.0"], "SC921"),
        (["--token-file", "missing"], "SC939"),
        (["--config", "wrong.cfg"], "SC920"),
    ],
)
def test_what_can_not_be_served(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.cfg").write_text("[serve]\nmax_que = 1\n")
    result = run(app, "serve", model, *options)
    assert result.exit_code == 1
    assert f"[{code}]" in result.output


def test_several_processes_that_can_not_start(tmp_path: Path) -> None:
    """It ends, and says why; it was served at no time."""
    command = [sys.executable, "-m", "spacy", "clinical", "serve", "no_model", "--port", "0"]
    done = subprocess.run(
        [*command, "--processes", "2"], capture_output=True, text=True, timeout=READY, cwd=tmp_path
    )
    assert done.returncode == 1
    assert "[SC501]" in done.stderr and "Traceback" not in done.stderr
    assert "[SC934]" in done.stdout and "is served" not in done.stdout


def test_who_comes_when_the_address_is_told_is_not_refused(model: Path) -> None:
    class Heard(Exception):
        pass

    def come(address: str) -> None:
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))).close()
        raise Heard

    with pytest.raises(Heard):
        serve(Start(str(model), port=0), come)


def test_a_token_is_printed_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "spacy", "clinical", "serve-token", "ward7", "tokens"]
    done = subprocess.run([*command, "--admin"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0
    token = done.stdout.strip()  # nothing else stands there, for TOKEN=$(...)
    assert len(token) == 43 and "isn't shown again" in done.stderr
    stored = (tmp_path / "tokens").read_text()
    assert stored.startswith("ward7 admin sha256:")
    assert token not in stored
    assert "SC031" in run(app, "serve-token", "ward7", tmp_path / "no" / "tokens").output
