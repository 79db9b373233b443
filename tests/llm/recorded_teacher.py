"""A server on the loopback that answers as a language model would, from gold annotation with seeded
faults: mentions left out, wrong labels, quotes that nobody wrote, JSON that breaks off."""

import json
import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from spacy_clinical.llm.prompt import show
from spacy_clinical.records import Record


@dataclass
class Faults:
    """Shares of the mentions, and of the answers for `broken`."""

    missed: float = 0.0
    wrong_label: float = 0.0
    invented: float = 0.0
    broken: float = 0.0


class Teacher:
    """Answers by note, and keeps what it was asked."""

    def __init__(self, gold: Sequence[Record], faults: Faults, labels: Sequence[str]) -> None:
        self.gold = {record.text.strip(): record for record in gold}
        self.faults, self.labels = faults, labels
        self.requests: list[dict[str, Any]] = []

    def answer(self, request: Mapping[str, Any]) -> str:
        text = request["messages"][-1]["content"].rpartition("\nNote:\n")[2]
        record = self.gold[text.rpartition("\nAnswer:")[0].strip()]
        chance = random.Random(f"{record.id} {request['seed']}")
        answer = json.loads(show(record).answer)
        answer["mentions"] = list(self._mentions(answer["mentions"], chance))
        told = json.dumps(answer)
        return told[: len(told) // 2] if chance.random() < self.faults.broken else told

    def _mentions(self, rows: list[dict], chance: random.Random) -> Iterator[dict]:
        for row in rows:
            if chance.random() < self.faults.missed:
                continue
            if chance.random() < self.faults.wrong_label:
                row["label"] = chance.choice([x for x in self.labels if x != row["label"]])
            yield row
            if chance.random() < self.faults.invented:
                yield {**row, "id": f"{row['id']}x", "quote": "zzz never written"}


@contextmanager
def serve(teacher: Teacher, status: int = 200) -> Iterator[str]:
    """RETURNS (str): The url while it runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            teacher.requests.append(request)
            body = b""
            if status == 200:
                message = {"message": {"content": teacher.answer(request)}}
                body = json.dumps({"choices": [message]}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
