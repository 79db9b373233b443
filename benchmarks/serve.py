"""The service under load, on the loopback: `python benchmarks/serve.py MODEL PART [SECONDS]`.

PART is one of: throughput, overload, signals, memory, idle, or all. MODEL is a package or a
folder. Requests a processor second are by the time that the server's process used, whatever else
the machine did meanwhile. Notes are sentences of the sample's notes and of a template, invented.
"""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
DRUGS = ("aspirin", "metformin", "lisinopril", "warfarin", "amoxicillin", "furosemide")
SIGNS = ("chest pain", "fever", "a rash", "shortness of breath", "ankle swelling", "nausea")
CLIENTS = 32
BASELINE = HERE / "serve_baseline.py"
SERVICE, CLIENT = min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0))  # processors


def sentences(seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    while True:
        drug, sign, other = chance.choice(DRUGS), chance.choice(SIGNS), chance.choice(SIGNS)
        yield f"The patient was given {drug} for {sign}. No {other}."


class Server:
    """A process that serves, its memory and its processor time."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, log: Path):
        self.process, self.port, self.log = process, port, log

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def serving(
    model: str, *, baseline: Sequence[str] = (), config: str = "", options: Sequence[str] = ()
) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp())
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, *baseline[:1], model, str(port), *baseline[1:]]
    if not baseline:
        (folder / "serve.cfg").write_text(f"[serve]\n{config}\n")
        command = [sys.executable, "-m", "spacy", "clinical", "serve", model, "--port", str(port)]
        command += ["--config", str(folder / "serve.cfg"), *options]
    command = ["taskset", "-c", str(SERVICE), *command]
    os.sched_setaffinity(0, {CLIENT})  # so that neither waits for the other
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            while status(port, "GET", "/readyz") != 200:
                if process.poll() is not None:
                    sys.exit((folder / "log").read_text())
                time.sleep(0.3)
            yield Server(process, port, folder / "log")
        finally:
            process.kill()
            process.wait()


def status(port: int, method: str, path: str) -> int:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, path)
        return connection.getresponse().status
    except OSError:
        return 0


class Told(NamedTuple):
    status: int
    seconds: float
    retry_after: str


class Load:
    """Clients that send notes one after another, and what they were answered.

    With a rate, requests begin so many a second, whatever becomes of those before.
    """

    def __init__(
        self,
        port: int,
        clients: int,
        seconds: float = 0.0,
        notes: int = 10**9,
        rate: float = 0.0,
        tokens: Sequence[str] = ("",),
    ):
        self.port, self.rate, self.tokens, self.notes = port, rate, tokens, notes
        self.began = time.monotonic()
        self.ends = self.began + seconds if seconds else float("inf")
        self.number, self.lost, self.late = 0, 0, 0.0
        self.seen: list[Told] = []
        self.rows: dict[str, bytes] = {}
        self.models: Counter[str] = Counter()
        self.stopped, self.lock = threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self.send, args=(i,)) for i in range(clients)]
        for thread in self.threads:
            thread.start()

    def turn(self) -> float | None:
        """When the next request is due, None at the end."""
        with self.lock:
            self.number += 1
            due = self.began + self.number / self.rate if self.rate else time.monotonic()
        over = self.stopped.is_set() or self.number > self.notes or due >= self.ends
        return None if over else due

    def send(self, seed: int) -> None:
        texts = sentences(seed)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        while (due := self.turn()) is not None:
            time.sleep(max(0.0, due - time.monotonic()))
            self.late = max(self.late, time.monotonic() - due)
            try:
                self.ask(connection, next(texts))
            except (OSError, http.client.HTTPException):
                connection.close()
                time.sleep(0.01)

    def ask(self, connection: http.client.HTTPConnection, text: str) -> None:
        token, began = self.tokens[self.number % len(self.tokens)], time.monotonic()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        body = json.dumps({"id": "n", "text": text}).encode()
        if connection.sock is None:
            connection.connect()  # who isn't let in has lost nothing
        try:
            connection.request("POST", "/annotate", body, headers)
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            self.lost += 1
            raise
        again = answer.headers.get("Retry-After", "")
        self.seen.append(Told(answer.status, time.monotonic() - began, again))
        self.models[answer.headers.get("X-Model-Hash", "")] += 1
        if answer.status == 200:
            self.rows[text] = data

    def join(self) -> "Load":
        for thread in self.threads:
            thread.join()
        return self

    def statuses(self) -> dict[int, int]:
        return dict(Counter(told.status for told in self.seen))

    def milliseconds(self, *wanted: int) -> list[float]:
        return sorted(1000 * told.seconds for told in self.seen if told.status in wanted)


def centiles(values: list[float]) -> tuple[float, float]:
    """The middle value and the 99th of a hundred, zeros where there are none."""
    known = values if len(values) > 1 else [*values, *values] or [0.0, 0.0]
    cut = quantiles(known, n=100, method="inclusive")
    return cut[49], cut[98]


def rounded(row: object) -> object:
    if isinstance(row, dict):
        return {k: round(x, 3) if k == "score" else rounded(x) for k, x in row.items()}
    return [rounded(part) for part in row] if isinstance(row, list) else row


def throughput(model: str, seconds: float) -> None:
    """The same clients at one call a request and at batches; answers beside those of `annotate`."""
    rates = {}
    ways = {"one call": (str(BASELINE),), "threads": (str(BASELINE), "threads"), "batches": ()}
    for name, way in ways.items():
        with serving(model, baseline=way) as server:
            Load(server.port, 4, notes=40).join()
            before, began = server.cpu(), time.monotonic()
            load = Load(server.port, CLIENTS, seconds).join()
            spent, took = server.cpu() - before, time.monotonic() - began
        done, statuses = len(load.milliseconds(200)), load.statuses()
        rates[name] = done / spent
        del load.seen[: 3 * CLIENTS]  # they all began at once
        p50, p99 = centiles(load.milliseconds(200))
        print(
            f"{name}: {done} answers, {rates[name]:.1f} a processor second, "
            f"{done / took:.1f} a second, p50 {p50:.0f} ms, p99 {p99:.0f} ms "
            f"({p99 / p50:.2f}), statuses {statuses}"
        )
    for name in ("one call", "threads"):
        print(f"batches beside {name}: {rates['batches'] / rates[name]:.2f} times")
    texts = sorted(load.rows)[:300]
    folder = Path(tempfile.mkdtemp())
    lines = (json.dumps({"id": "n" + str(i), "text": text}) for i, text in enumerate(texts))
    (folder / "notes.jsonl").write_text("\n".join(lines))
    command = [sys.executable, "-m", "spacy", "clinical", "annotate", model]
    files = [folder / "notes.jsonl", folder / "out.jsonl"]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True)
    rows = [json.loads(line) | {"id": "n"} for line in files[1].read_text().splitlines()]
    equal = sum(
        rounded(row) == rounded(json.loads(load.rows[text]))
        for text, row in zip(texts, rows, strict=True)
    )
    print(f"answers like annotate's, scores to three digits: {equal} of {len(texts)}")


def overload(model: str, seconds: float) -> None:
    """Ten times the clients that the queue takes, none of whom waits as it is told."""
    with serving(model, config="max_queue = 32\nmax_share = 32") as server:
        Load(server.port, CLIENTS, notes=300).join()
        before = server.memory()
        load = Load(server.port, 10 * CLIENTS, seconds).join()
        after = server.memory()
        rows = [json.loads(x) for x in server.log.read_text().splitlines() if x[:1] == "{"]
    own = sorted(row["ms"] for row in rows if row["status"] == 503)
    p50, p99 = centiles(load.milliseconds(503))
    took50, took99 = centiles(load.milliseconds(200))
    print(f"statuses {load.statuses()}, connections lost {load.lost}")
    print(f"refused within p50 {p50:.0f}, p99 {p99:.0f} ms at the client", end="; ")
    print(f"p50 {centiles(own)[0]:.1f}, p99 {centiles(own)[1]:.1f} ms in the service")
    print(f"accepted: p50 {took50:.0f}, p99 {took99:.0f} ms")
    print(f"memory {before:.0f} to {after:.0f} MB")


def signals(model: str, seconds: float) -> None:
    """The pipeline is loaded again, and the service told to end, under load."""
    with serving(model, config="drain = 2.0") as server:
        load = Load(server.port, CLIENTS)
        time.sleep(2)
        server.process.send_signal(signal.SIGHUP)
        while '"reload"' not in server.log.read_text():
            time.sleep(0.2)
        reloaded = len(load.seen)
        time.sleep(2)
        server.process.send_signal(signal.SIGTERM)
        code = server.process.wait(60)
        load.stopped.set()
        load.join()
        logged = server.log.read_text().count('"route": "/annotate", "status": 200')
    print(f"until the reload was done {reloaded} answers, in all {len(load.seen)}, exit {code}")
    print(f"statuses {load.statuses()}, lost {load.lost}, logged {logged}")
    print(f"answers by the pipeline's hash {dict(load.models)}")


def memory(model: str, seconds: float) -> None:
    """Resident memory over many notes of many lengths."""
    with serving(model) as server:
        Load(server.port, CLIENTS, notes=2000).join()
        before, began = server.memory(), server.cpu()
        load = Load(server.port, CLIENTS, seconds).join()
        after, spent = server.memory(), server.cpu() - began
    notes = len(load.seen)
    print(f"{before:.0f} MB after 2,000 notes, {after:.0f} MB after {notes} more ({spent:.0f} s)")


def idle(model: str, seconds: float) -> None:
    """One client alone: what the service adds to the pipeline."""
    with serving(model) as server:
        Load(server.port, 1, notes=50).join()
        load = Load(server.port, 1, seconds).join()
        log = [json.loads(x) for x in server.log.read_text().splitlines() if x[:1] == "{"]
    p50, p99 = centiles(load.milliseconds(200))
    own = sorted(row["ms"] for row in log[-len(load.seen) :])
    print(f"one client: p50 {p50:.1f}, p99 {p99:.1f} ms; in the service p50 {centiles(own)[0]:.1f}")


PARTS = {f.__name__: f for f in (throughput, overload, signals, memory, idle)}


def main(model: str, part: str = "all", seconds: str = "20") -> None:
    for name, run in PARTS.items():
        if part in (name, "all"):
            print(f"## {name}", flush=True)
            run(model, float(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
