"""A service at ten times its capacity: `python benchmarks/serve_overload.py MODEL SECONDS TIMES`.

Its capacity is what 32 clients get who send again at once. Then notes come at random times at a
constant rate, whatever became of those before; a time is counted from when a note was due, so that
a client that is late itself counts against the service. Service and client have a processor each.
MODEL is a package or a folder; the notes are invented. Memory is looked at each second.
"""

import asyncio
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import uvloop
from serve import CLIENTS, Server, centiles, sentences, serving, status

REFUSED = (429, 503)
TICK = 0.001  # seconds between two looks for notes that are due
CONNECTIONS = 1000
KINDS = 256  # of notes
ALWAYS = 1e6  # notes a second: whoever is answered sends again


class Seen(NamedTuple):
    """An answer.

    status (int): Of HTTP, 0 where the connection ended without one.
    seconds (float): From when the note was due.
    late (float): Of these, until it was sent.
    """

    status: int
    seconds: float
    late: float


class Connection(asyncio.Protocol):
    """A connection, which waits for one answer at a time."""

    def __init__(self, load: "Load"):
        self.load, self.data, self.needed = load, b"", 0
        self.due = self.sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.load.idle.append(self)

    def send(self, note: bytes, due: float) -> None:
        self.due, self.sent = due, time.monotonic()
        self.transport.write(note)

    def data_received(self, data: bytes) -> None:
        self.data += data
        if not self.needed and b"\r\n\r\n" in self.data:
            head, _, _ = self.data.lower().partition(b"\r\n\r\n")
            size = head.partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]
            self.needed = len(head) + 4 + int(size)
        if self.needed and len(self.data) >= self.needed:
            self._tell(int(self.data[9:12]))
            self.data, self.needed = b"", 0
            self.load.idle.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        if self.due:
            self._tell(0)

    def _tell(self, code: int) -> None:
        self.load.seen.append(Seen(code, time.monotonic() - self.due, self.sent - self.due))
        self.due = 0.0


class Load:
    """Notes that are sent to a service, and its answers.

    port (int): The service's.
    connections (int): At most so many notes are on their way.
    """

    def __init__(self, port: int, connections: int):
        texts = sentences(0)
        self.port, self.connections, self.idle = port, connections, list[Connection]()
        self.seen: list[Seen] = []
        self.notes = [_request(port, next(texts)) for _ in range(KINDS)]

    async def send(self, seconds: float, rate: float) -> None:
        """Send notes at a rate."""
        loop = asyncio.get_running_loop()
        for _ in range(self.connections):
            await loop.create_connection(lambda: Connection(self), "127.0.0.1", self.port)
        ends, number = time.monotonic() + seconds, 0
        arrivals = _arrivals(rate)
        due = next(arrivals)
        while (now := time.monotonic()) < ends:
            while due <= now and self.idle:
                self.idle.pop(0).send(self.notes[number % KINDS], due)
                due, number = next(arrivals), number + 1
            await asyncio.sleep(TICK)
        while len(self.idle) < self.connections and time.monotonic() < ends + 60:
            await asyncio.sleep(0.1)
        for connection in self.idle:
            connection.transport.abort()

    def of(self, *codes: int) -> str:
        """Times of answers of some statuses."""
        chosen = [one for one in self.seen if one.status in codes]
        middle, last = centiles(sorted(1000 * one.seconds for one in chosen))
        return f"p50 {middle:.0f}, p99 {last:.0f} ms"


def _arrivals(rate: float) -> Iterator[float]:
    chance, due = random.Random(0), time.monotonic()
    while True:
        yield due
        due += chance.expovariate(rate)


def _request(port: int, text: str) -> bytes:
    body = json.dumps({"id": "n", "text": text})
    lines = ["POST /annotate HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json"]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()


def send(port: int, connections: int, seconds: float, rate: float) -> Load:
    load = Load(port, connections)
    uvloop.run(load.send(seconds, rate))
    return load


class Watch(threading.Thread):
    """The service's memory, each second until it is told to stop."""

    def __init__(self, server: Server):
        super().__init__()
        self.server, self.found = server, [server.memory()]
        self.ended = threading.Event()
        self.start()

    def run(self) -> None:
        while not self.ended.wait(1.0):
            self.found.append(self.server.memory())


def main(model: str, seconds: float = 60.0, times: float = 10.0) -> None:
    with serving(model, config="max_queue = 32\nmax_share = 32") as server:
        send(server.port, CLIENTS, 5, ALWAYS)
        calm = send(server.port, CLIENTS, 5, ALWAYS)
        capacity = Counter(one.status for one in calm.seen)[200] / 5
        print(f"capacity: {capacity:.0f} a second", flush=True)
        watch, cpu, began = Watch(server), server.cpu(), time.monotonic()
        load = send(server.port, CONNECTIONS, seconds, times * capacity)
        spent, took = server.cpu() - cpu, time.monotonic() - began
        watch.ended.set()
        watch.join()
        ready = status(server.port, "GET", "/readyz")
        rows = [json.loads(x) for x in server.log.read_text().splitlines() if x[:1] == "{"]
    tell(load, rows, times * capacity, seconds)
    print(f"processor {spent:.0f} of {took:.0f} s, load {os.getloadavg()[0]:.0f}", end=", ")
    print(f"ready afterwards {ready}; memory {watch.found[0]:.0f} MB at first", end=", ")
    print(f"{max(watch.found):.0f} at most, {watch.found[-1]:.0f} at last")


def tell(load: Load, rows: list[dict[str, object]], rate: float, seconds: float) -> None:
    statuses = Counter(one.status for one in load.seen)
    refused = [one for one in load.seen if one.status in REFUSED]
    late = sum(1000 * one.seconds > 50 for one in refused) / max(1, len(refused))
    own = sorted(float(str(row["ms"])) for row in rows if row["status"] in REFUSED)
    print(f"wanted {rate:.0f} a second, sent {len(load.seen) / seconds:.0f}: {dict(statuses)}")
    print(f"refused: {load.of(*REFUSED)}, {late:.2%} after 50 ms", end="; ")
    print("sent late: p50 {:.1f}, p99 {:.1f} ms".format(*centiles(lateness(load))), end="; ")
    print("in the service: p50 {:.1f}, p99 {:.1f} ms".format(*centiles(own)))
    print(f"answered: {load.of(200)}")


def lateness(load: Load) -> list[float]:
    return sorted(1000 * one.late for one in load.seen)


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:]))
