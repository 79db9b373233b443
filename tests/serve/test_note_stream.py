"""Streams: rows in the order of their lines, while lines still come."""

import json
import socket
import threading
from typing import Any

from .conftest import TEXT
from .live import Live

KIND = {"Content-Type": "application/x-ndjson"}


def send(live: Live, content: Any, path: str = "/annotate.ndjson") -> list[dict[str, Any]]:
    answer = live.post(path, content=content, headers=KIND)
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.content.splitlines()]


def test_a_row_a_line(live: Live) -> None:
    lines = [json.dumps({"id": str(i), "text": TEXT * (i % 5)}) for i in range(150)]
    lines[70] = '{"text": '
    lines[71] = '{"id": "x", "text": "\\ud800"}'
    lines[72] = json.dumps({"id": "y", "text": "a " * 15_000})
    lines.insert(73, "  ")
    rows = send(live, "\n".join(lines))
    assert [row.get("code") for row in rows[70:73]] == ["SC925", "SC560", "SC924"]
    others = [row["id"] for i, row in enumerate(rows) if not 70 <= i < 73]
    assert others == [str(i) for i in range(150) if not 70 <= i < 73]
    assert rows[4]["entities"]
    assert live.service.batcher.waiting == 0


def test_rows_come_while_lines_still_go(live: Live) -> None:
    """A client that waits for each row before it sends the next line isn't kept waiting."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as client:
        head = "POST /annotate.ndjson HTTP/1.1\r\nHost: localhost\r\n"
        head += "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.sendall(head.encode())
        received = b""
        for number in range(3):
            line = json.dumps({"id": f"n{number}", "text": TEXT}).encode() + b"\n"
            client.sendall(b"%x\r\n%s\r\n" % (len(line), line))
            while f'"n{number}"'.encode() not in received:
                received += client.recv(65536)
        client.sendall(b"0\r\n\r\n")
        while not received.endswith(b"0\r\n\r\n"):
            received += client.recv(65536)


def test_a_client_that_goes_leaves_nothing(live: Live) -> None:
    client = socket.create_connection(("127.0.0.1", live.port), timeout=10)
    head = "POST /annotate.ndjson HTTP/1.1\r\nHost: localhost\r\n"
    head += "Content-Type: application/x-ndjson\r\nContent-Length: 999999\r\n\r\n"
    line = json.dumps({"text": TEXT}).encode() + b"\n"
    client.sendall(head.encode() + line * 5)
    client.recv(100)
    client.close()
    assert live.post(json={"text": TEXT}).status_code == 200
    for _ in range(500):
        if not live.service.batcher.waiting:
            return
        threading.Event().wait(0.01)
    raise AssertionError("its notes still wait")


def test_a_line_without_an_end(live: Live) -> None:
    (row,) = send(live, b"x" * 4_100_000)
    assert row["code"] == "SC924"


def test_a_stream_ends_when_the_service_does(live: Live) -> None:
    live.service.stopping = True
    answer = live.post("/annotate.ndjson", content=b"{}", headers=KIND)
    ready = live.http.get("/readyz").status_code
    one = live.post(json={"text": TEXT})
    live.service.stopping = False
    assert (answer.status_code, answer.json()["code"]) == (503, "SC928")
    assert ready == 503
    assert (one.status_code, one.headers["connection"]) == (200, "close")
