"""The container's and systemd's own lines start a service, and end it as they do."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from spacy_clinical.serve.bearer_tokens import make_token

from .conftest import TEXT
from .test_server_process import READY, free_port, is_ready

DEPLOY = Path(__file__).parents[2] / "assets" / "deploy"


def container(folder: Path, port: int) -> list[str]:
    """The container's command, with an option behind the image's name."""
    text = (DEPLOY / "Dockerfile").read_text()
    line = re.search(r"^ENTRYPOINT (.*)$", text, re.MULTILINE)
    assert line is not None
    assert "HEALTHCHECK" in text and "http://127.0.0.1:8080/readyz" in text
    command = line[1].replace("exec python", f"exec {sys.executable}")
    command = command.replace("8080", str(port)).replace("/run/tokens", str(folder / "tokens"))
    return [*json.loads(command), "--config", str(folder / "serve.cfg")]


def systemd(folder: Path, port: int) -> list[str]:
    """The unit's command, its variables put in as systemd does."""
    text = (DEPLOY / "spacy-clinical.service").read_text()
    line = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert line is not None
    known = {
        "${MODEL}": os.environ["MODEL"],
        "${CREDENTIALS_DIRECTORY}": str(folder),
        "/opt/spacy-clinical/bin/python": sys.executable,
        "/etc/spacy-clinical": str(folder),
    }
    command = line[1]
    for old, new in known.items():
        assert old in command
        command = command.replace(old, new)
    return [*command.split(), "--port", str(port)]


@pytest.mark.parametrize("command_of", [container, systemd])
def test_it_runs_as_it_is(
    command_of: Callable[[Path, int], list[str]],
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MODEL", str(model))
    token = make_token(tmp_path / "tokens", "ward7")
    (tmp_path / "serve.cfg").write_text('[serve]\ndrain = 0.1\nhosts = ["nlp.example"]\n')
    port = free_port()
    started = subprocess.Popen(command_of(tmp_path, port), cwd="/")
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + READY
    try:
        while not is_ready(url):
            assert started.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        headers = {"Authorization": f"Bearer {token}", "Host": "nlp.example"}
        answer = httpx.post(f"{url}/annotate", json={"text": TEXT}, headers=headers)
        assert answer.status_code == 200
        started.send_signal(signal.SIGTERM)
        assert started.wait(READY) == 0
    finally:
        started.kill()
        started.wait()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd isn't installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "spacy-clinical.service").read_text()
    unit = tmp_path / "spacy-clinical.service"
    unit.write_text(text.replace("/opt/spacy-clinical/bin/python", sys.executable))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
