"""What is on its way when a service ends is answered; what comes later is refused."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from spacy_clinical.serve.connection_draining import serve_last_connections

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
WAITING = 5


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})


async def serve_to_the_end(*, gracefully: bool) -> list[bytes]:
    """End a server while connections wait that it hasn't taken, one that it has taken hasn't asked
    yet, and one asks late. RETURNS (list[bytes]): What each was told."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    running = asyncio.create_task(server._serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    address = listening.getsockname()
    taken = socket.create_connection(address)
    while not server.server_state.connections:
        await asyncio.sleep(0.01)
    waiting = [socket.create_connection(address) for _ in range(WAITING)]
    for client in waiting:
        client.sendall(REQUEST)
    asyncio.get_running_loop().call_later(0.2, taken.sendall, REQUEST)
    if gracefully:
        await serve_last_connections(server)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)
    server.should_exit = True
    told = [asyncio.to_thread(hear, client) for client in (taken, *waiting)]
    heard = await asyncio.gather(*told)
    await running
    return heard


def hear(client: socket.socket) -> bytes:
    with client:
        client.settimeout(10)
        try:
            return client.recv(9000)
        except ConnectionError:
            return b""


@pytest.fixture(params=["asyncio", "uvloop"])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    """Runs in either of the event loops that uvicorn may choose."""
    loops = pytest.importorskip(request.param, reason="uvloop is not installed")
    with asyncio.Runner(loop_factory=loops.new_event_loop) as found:
        yield found


def test_nobody_is_lost(runner: asyncio.Runner) -> None:
    heard = runner.run(serve_to_the_end(gracefully=True))
    assert len(heard) == WAITING + 1
    assert all(answer.startswith(b"HTTP/1.1 200 OK") for answer in heard)
    assert not all(runner.run(serve_to_the_end(gracefully=False)))
