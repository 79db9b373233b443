"""Several processes that share a port, and TLS: real ones, from start to end."""

import json
import shutil
import signal
import ssl
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from .conftest import TEXT
from .test_server_process import READY, process


def test_two_processes_lose_nothing(model: Path, tmp_path: Path) -> None:
    """They end under load: what was taken is answered, and stands in the log."""
    (tmp_path / "serve.cfg").write_text("[serve]\ndrain = 1.0\n")
    options = ("--config", str(tmp_path / "serve.cfg"), "--processes", "2")
    told: Counter[int] = Counter()
    ended = threading.Event()

    def send(url: str) -> None:
        while not ended.is_set():
            with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
                try:
                    told[http.post("/annotate", json={"text": TEXT}).status_code] += 1
                except httpx.ConnectError:  # who isn't let in has lost nothing
                    time.sleep(0.01)

    with process(model, tmp_path, *options) as (url, started):
        threads = [threading.Thread(target=send, args=(url,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        started.send_signal(signal.SIGTERM)
        assert started.wait(READY) == 0
        ended.set()
        for thread in threads:
            thread.join()
    rows = [json.loads(line) for line in (tmp_path / "err").read_text().splitlines()]
    logged = [row for row in rows if row.get("route") == "/annotate"]
    assert set(told) == {200}
    assert len(logged) == told[200] > 10


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl isn't installed")
def test_tls(model: Path, tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject]
    subprocess.run([*made, "-out", cert, "-keyout", key], check=True, capture_output=True)
    trusted = ssl.create_default_context(cafile=str(cert))
    options = ("--ssl-certfile", str(cert), "--ssl-keyfile", str(key))
    with process(model, tmp_path, *options, verify=trusted) as (url, started):
        assert url.startswith("https")
        answer = httpx.post(f"{url}/annotate", json={"text": TEXT}, verify=trusted)
        assert answer.status_code == 200
        started.send_signal(signal.SIGTERM)
        assert started.wait(READY) == 0
