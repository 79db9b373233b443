"""The service at its bounds, on the loopback: `python benchmarks/serve_bounds.py MODEL PART N`.

PART is fuzz (N bodies) or overload (N seconds at twice its capacity, or at as many times as a
fourth argument says). MODEL is a package or a folder; it gets a
`clinical_deid`, so that `/deidentify` is asked too. Notes are invented.
"""

import base64
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import spacy
from serve import CLIENTS, Load, Server, centiles, serving, status

from spacy_clinical.serve.bearer_tokens import make_token

WORDS = ("Quxwort", "Zebediah", "99887766", base64.b64encode(b"Quxwort has").decode()[:12])
JSON, NDJSON, FHIR = "application/json", "application/x-ndjson", "application/fhir+json"
PATHS = {
    "/annotate": JSON,
    "/annotate?to=fhir": JSON,
    "/deidentify": JSON,
    "/annotate.ndjson": NDJSON,
    "/annotate.ndjson?to=fhir": NDJSON,
    "/fhir/$process-note": FHIR,
}
CONNECTIONS = 8
ODD_PATHS, ODD_KINDS = ("/annotate?to=Quxwort", "/Quxwort"), (JSON, NDJSON, "Quxwort/json", "")
NOTE = {"id": "Zebediah", "text": "Quxwort has fever. MRN 99887766.", "meta": {"mrn": "99887766"}}
DATA = base64.b64encode(NOTE["text"].encode()).decode()  # type: ignore[attr-defined]
RESOURCE = {
    "resourceType": "DocumentReference",
    "id": "Zebediah",
    "status": "current",
    "subject": {"reference": "Patient/99887766"},
    "content": [{"attachment": {"contentType": "text/plain", "data": DATA}}],
}
PARAMETERS = {"resourceType": "Parameters", "parameter": [{"name": "note", "resource": RESOURCE}]}
LONG = "a " * 30_000  # characters more than the service takes here: refused, not annotated
PIECES = (b"", b"null", b'"', b"{", b"[" * 40, b"1e999", b"\\ud800", b"\n", b"\\u0000", b"\xff\xfe")


@contextmanager
def with_deid(model: str) -> Iterator[Path]:
    """The pipeline with what `/deidentify` needs, in a folder that goes afterwards."""
    nlp = spacy.load(model)
    nlp.add_pipe("clinical_deid")
    with tempfile.TemporaryDirectory() as folder:
        nlp.to_disk(Path(folder, "model"))
        yield Path(folder)


def broken(chance: random.Random) -> bytes:
    """A body, sound or broken at up to five places, cut off, repeated, or of noise alone."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(2000))
    sound = chance.choice((NOTE, RESOURCE, PARAMETERS, [NOTE], NOTE | {"text": LONG}))
    body = bytearray(json.dumps(sound).encode())
    for _ in range(chance.randrange(6)):
        place = chance.randrange(len(body) + 1)
        new = chance.choice((*PIECES, chance.randbytes(3)))
        body[place : place + chance.randrange(12)] = new
    if chance.random() < 0.1:
        del body[chance.randrange(len(body) + 1) :]
    return bytes(body[:300]) * 9000 if chance.random() < 0.002 else bytes(body)


class Fuzzer(threading.Thread):
    """Sends bodies one after another, and keeps what it was told."""

    def __init__(self, port: int, seed: int, bodies: int):
        super().__init__()
        self.port, self.chance, self.bodies = port, random.Random(seed), bodies
        self.told: Counter[int] = Counter()
        self.quoting = self.dropped = 0
        self.slowest = 0.0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        for _ in range(self.bodies):
            path, kind = self.chance.choice([*PATHS.items()])
            if self.chance.random() < 0.1:
                path = self.chance.choice(ODD_PATHS)
            if self.chance.random() < 0.1:
                kind = self.chance.choice(ODD_KINDS)
            headers = {"Content-Type": kind, "X-Request-Id": "Quxwort"}
            began = time.monotonic()
            try:
                connection.request("POST", path, broken(self.chance), headers)
                answer = connection.getresponse()
                data = answer.read().decode("utf-8", "replace")
            except (OSError, http.client.HTTPException):
                self.dropped += 1
                connection.close()
                continue
            self.told[answer.status] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            if answer.status >= 400:
                self.quoting += any(word in data for word in WORDS)


def fuzz(model: str, bodies: int) -> None:
    """Broken bodies, each with words to look for in the log and in answers that are errors."""
    config = "max_bytes = 100000\nmax_characters = 20000"
    with with_deid(model) as folder, serving(str(folder / "model"), config=config) as server:
        began, cpu = time.monotonic(), server.cpu()
        threads = [Fuzzer(server.port, seed, bodies // CONNECTIONS) for seed in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds, cpu = time.monotonic() - began, server.cpu() - cpu
        ready, log = status(server.port, "GET", "/readyz"), server.log.read_text()
    told = sum((thread.told for thread in threads), Counter())
    lines = [line for line in log.splitlines() if line]
    print(f"{told.total()} bodies in {seconds:.0f} s ({cpu:.0f} s of the service's processor time)")
    print(f"statuses {dict(sorted(told.items()))}, without an answer", end=" ")
    print(f"{sum(t.dropped for t in threads)}, ready afterwards {ready}")
    print(f"log: {len(lines)} lines, with a planted word {sum(map(quotes, lines))}", end=", ")
    print(f"tracebacks {log.count('Traceback')}, defects {log.count('defect')}", end=", ")
    print(f"not JSON {sum(line[:1] != '{' for line in lines)}")
    print(f"errors that quote a planted word: {sum(t.quoting for t in threads)}", end=", ")
    print(f"slowest answer {max(t.slowest for t in threads):.1f} s")


def quotes(line: str) -> bool:
    return any(word in line for word in WORDS)


def watch(server: Server, load: Load) -> list[float]:
    """The service's memory, each second until the load ends."""
    found = [server.memory()]
    while any(thread.is_alive() for thread in load.threads):
        time.sleep(1)
        found.append(server.memory())
    return found


def overload(model: str, seconds: int, times: float = 2.0) -> None:
    """More requests than it can answer; three of four by one token."""
    config = "max_queue = 64\nmax_share = 48"
    with with_deid(model) as folder:
        tokens_file = folder / "tokens"
        first, second = (make_token(tokens_file, name, "user") for name in ("first", "second"))
        options, tokens = ("--token-file", str(tokens_file)), (first, first, first, second)
        with serving(str(folder / "model"), config=config, options=options) as server:
            Load(server.port, CLIENTS, 5, tokens=tokens).join()
            calm = Load(server.port, CLIENTS, 15, tokens=tokens).join()
            capacity = calm.statuses()[200] / 15
            rate = times * capacity
            load = Load(server.port, 8 * CLIENTS, seconds, rate=rate, tokens=tokens)
            memory = watch(server, load)
            load.join()
            ready = status(server.port, "GET", "/readyz")
    refused = [one for one in load.seen if one.status in (429, 503)]
    retries = Counter(int(one.retry_after or 0) for one in refused)
    print(f"capacity with {CLIENTS} clients: {capacity:.1f} a second", end=", ")
    print("p50 {:.0f}, p99 {:.0f} ms".format(*centiles(calm.milliseconds(200))))
    print(
        f"{seconds} s at {rate:.1f} a second: statuses {load.statuses()}, lost {load.lost}",
        end="",
    )
    print(f", sent {1000 * load.late:.0f} ms late at most, ready afterwards {ready}")
    print("answered: p50 {:.0f}, p99 {:.0f} ms".format(*centiles(load.milliseconds(200))), end="; ")
    print("refused: p50 {:.0f}, p99 {:.0f} ms".format(*centiles(load.milliseconds(429, 503))))
    print(f"seconds of Retry-After: {dict(sorted(retries.items()))} (0: there was none)")
    print(
        f"memory {memory[0]:.0f} MB at first, {max(memory):.0f} at most, {memory[-1]:.0f} at last"
    )


if __name__ == "__main__":
    part, number, *times = sys.argv[2:]
    if part == "fuzz":
        fuzz(sys.argv[1], int(number))
    else:
        overload(sys.argv[1], int(number), *map(float, times))
