"""A real uvicorn on the loopback, in a thread of the test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from spacy_clinical.serve.service import Service


@dataclass(frozen=True)
class Live:
    """A service that runs.

    url (str): Where.
    port (int): The port.
    service (Service): What its routes share.
    http (httpx.Client): Talks to it.
    """

    url: str
    port: int
    service: Service
    http: httpx.Client

    def post(self, path: str = "/annotate", **arguments: Any) -> httpx.Response:
        return self.http.post(path, **arguments)


@contextmanager
def run_live(app: Any) -> Iterator[Live]:
    """Run an app until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = listening.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, timeout=30, trust_env=False) as http:
            yield Live(url, port, app.state.service, http)
    finally:
        server.should_exit = True
        thread.join()
