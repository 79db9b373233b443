"""The end of a service without a lost request: whoever has come by then is served.

uvicorn 0.54 closes its listening sockets while the kernel still holds connections for them, which
are reset then, and closes connections whose first request is on its way (`Server.shutdown`).
"""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn

LINGER = 1.0  # seconds that a connection's first request may take at the end
_STEP = 0.05  # seconds between two looks; twice that at least, for requests that are on their way


async def serve_last_connections(server: uvicorn.Server) -> None:
    """Take no more connections but those that are there, and wait for their requests.

    server (uvicorn.Server): Runs; is to be told to end after that. New connections are refused
        from now on.
    """
    loop = asyncio.get_running_loop()
    create, ssl = _protocol_of(server), server.config.ssl
    arriving = [
        loop.create_task(loop.connect_accepted_socket(create, taken, ssl=ssl))
        for taken in _close_listening(server)
    ]
    ends = loop.time() + LINGER
    await asyncio.sleep(2 * _STEP)
    while loop.time() < ends and (_unheard(server) or not all(task.done() for task in arriving)):
        await asyncio.sleep(_STEP)
    for task in arriving:
        task.cancel()
    await asyncio.gather(*arriving, return_exceptions=True)


def _close_listening(server: uvicorn.Server) -> list[socket.socket]:
    """Stop listening. RETURNS (list[socket.socket]): The connections that the kernel held."""
    listening = [sock.dup() for one in server.servers for sock in one.sockets]
    for one in server.servers:
        one.close()  # the kernel listens on for the copies
    taken = []
    for sock in listening:
        with sock:
            sock.setblocking(False)
            taken += list(_accept_all(sock))
    return taken


def _accept_all(listening: socket.socket) -> Iterator[socket.socket]:
    while True:
        try:
            taken, _ = listening.accept()
        except ConnectionAbortedError:  # gave up while it waited
            continue
        except OSError:  # none is left, or no more files can be opened
            return
        taken.setblocking(False)
        yield taken


def _protocol_of(server: uvicorn.Server) -> Any:
    """What uvicorn makes for each connection (`Server.startup`)."""

    def create() -> Any:
        kind: Any = server.config.http_protocol_class
        return kind(
            config=server.config,
            server_state=server.server_state,
            app_state=server.lifespan.state,
        )

    return create


def _unheard(server: uvicorn.Server) -> bool:
    """Whether a connection's first request hasn't come yet."""
    connections = server.server_state.connections
    return any(getattr(connection, "cycle", True) is None for connection in connections)
