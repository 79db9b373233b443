"""Streams: rows in the order of their lines, while lines still come."""

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.serve import ServeSettings, create_app, note_stream
from spacy_clinical.serve.note_stream import _Lines

from .conftest import TEXT
from .live import Live, run_live

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
    lines[73:76] = ['{"id": "z", "text": 5}', f'{{"id": "{"z" * 1001}"}}', '{"id": 5}']
    lines.insert(73, "  ")
    rows = send(live, "\n".join(lines))
    assert [row.get("code") for row in rows[70:76]] == ["SC925", "SC560", "SC924", *["SC925"] * 3]
    assert [row["id"] for row in rows[70:76]] == ["", "x", "y", "z", "", "5"]
    others = [row["id"] for i, row in enumerate(rows) if not 70 <= i < 76]
    assert others == [str(i) for i in range(150) if not 70 <= i < 76]
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


@pytest.fixture(scope="module")
def small() -> Iterator[Live]:
    """A service that takes short lines alone, with the page."""
    settings = ServeSettings(max_bytes=100, page=True)
    with run_live(create_app(spacy.blank("en"), settings)) as found:
        yield found


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_a_line_that_is_too_long_stops_no_other(small: Live, size: int) -> None:
    """However it comes, it is refused by its number, and the lines after it are answered."""
    lines = [json.dumps({"id": str(i), "text": "Fever."}) for i in range(6)]
    lines[2] = json.dumps({"id": "Quxwort", "text": "a " * 99})
    lines[4] = "x" * 150
    data = "\n".join([*lines, "y" * 101]).encode()
    parts = (data[at : at + size] for at in range(0, len(data), size))
    rows = send(small, parts)
    assert [row["id"] for row in rows] == ["0", "1", "", "3", "", "5", ""]
    assert [row.get("code", "") for row in rows] == ["", "", "SC924", "", "SC924", "", "SC924"]
    for number, row in zip((3, 5, 7), (rows[2], rows[4], rows[6]), strict=True):
        assert row["error"].startswith(f"[SC924] Line {number} has more than 100 bytes")


@given(st.lists(st.binary(max_size=9).map(lambda x: x.replace(b"z", b"\n")), max_size=9))
def test_parts_to_lines(parts: list[bytes]) -> None:
    lines = _Lines(5)
    found = [line for part in parts for line in lines.add(part)]
    found += lines.end()
    whole = b"".join(parts).split(b"\n")
    if len(whole[-1]) > 5:  # that is known before its end
        assert found.pop() is None
        whole.pop()
    assert found == [line if len(line) <= 5 else None for line in whole]


def test_pages_are_for_one_note(small: Live) -> None:
    assert small.post("/annotate?to=html", json={"text": "Fever."}).status_code == 200
    answer = small.post("/annotate.ndjson?to=html", content=b'{"text": "a"}', headers=KIND)
    assert (answer.status_code, answer.json()["code"]) == (400, "SC930")


def test_a_defect_in_reading_ends_the_answer(small: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client is told that rows are lost; it doesn't wait for ever."""

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(note_stream, "parse", fail)
    with pytest.raises(httpx.RemoteProtocolError):
        small.post("/annotate.ndjson", content=b"{}", headers=KIND)
