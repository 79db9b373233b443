"""A service at ten times its capacity: `python benchmarks/serve_overload.py MODEL SECONDS TIMES`.

The load comes from `hey` (github.com/rakyll/hey, `apt-get install hey`), a program of its own that
is quick enough to see how long a refusal takes: a client in Python is late itself. MODEL is a
package or a folder; the note is invented. Memory is looked at each second.
"""

import csv
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import NamedTuple

from serve import CLIENTS, Server, centiles, sentences, serving, status

NOTE = json.dumps({"id": "n", "text": next(sentences(0))})
REFUSED = (429, 503)


class Seen(NamedTuple):
    """What the clients saw.

    statuses (Counter[int]): By status.
    answered, refused (list[float]): Milliseconds of those.
    """

    statuses: Counter[int]
    answered: list[float]
    refused: list[float]

    def of(self, wanted: str) -> str:
        middle, last = centiles(self.answered if wanted == "answered" else self.refused)
        return f"{wanted} p50 {middle:.0f}, p99 {last:.0f} ms"


def send(port: int, clients: int, seconds: float, rate: float = 0.0) -> Seen:
    """Send notes for a while, at most so many a second."""
    command = ["hey", "-z", f"{seconds:g}s", "-c", str(clients), "-t", "0", "-o", "csv"]
    command += ["-q", f"{rate / clients:.3f}"] if rate else []
    command += ["-m", "POST", "-T", "application/json", "-d", NOTE]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}/annotate"], capture_output=True, text=True, check=True
    )
    seen = Seen(Counter(), [], [])
    for row in csv.DictReader(done.stdout.splitlines()):
        code, took = int(row["status-code"]), 1000 * float(row["response-time"])
        seen.statuses[code] += 1
        if code == 200 or code in REFUSED:
            (seen.answered if code == 200 else seen.refused).append(took)
    return seen


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
        send(server.port, CLIENTS, 5)
        calm = send(server.port, CLIENTS, 10)
        capacity = calm.statuses[200] / 10
        print(f"capacity with {CLIENTS} clients: {capacity:.0f} a second, {calm.of('answered')}")
        watch, cpu, began = Watch(server), server.cpu(), time.monotonic()
        seen = send(server.port, 10 * CLIENTS, seconds, times * capacity)
        spent, took = server.cpu() - cpu, time.monotonic() - began
        watch.ended.set()
        watch.join()
        ready = status(server.port, "GET", "/readyz")
        rows = [json.loads(x) for x in server.log.read_text().splitlines() if x[:1] == "{"]
    own = sorted(row["ms"] for row in rows if row["status"] in REFUSED)
    logged = Counter(row["status"] for row in rows if row.get("route") == "/annotate")
    sent = seen.statuses.total() / took
    print(f"{took:.0f} s, wanted {times * capacity:.0f} a second, sent {sent:.0f}: ", end="")
    print(f"statuses {dict(seen.statuses)}, ready afterwards {ready}")
    print(f"at the client: {seen.of('refused')}; {seen.of('answered')}")
    print("in the service: refused p50 {:.1f}, p99 {:.1f} ms".format(*centiles(own)))
    accepted = logged[200] - calm.statuses[200]
    print(f"accepted in the log {accepted} (5 s before the capacity included)", end="; ")
    print(f"processor {spent:.0f} of {took:.0f} s")
    print(f"memory {watch.found[0]:.0f} MB at first, {max(watch.found):.0f} at most", end=", ")
    print(f"{watch.found[-1]:.0f} at last")


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:]))
