"""The bound on time: bodies that don't come, notes that aren't done."""

import http.client
import json
import socket
import threading
import time

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.serve import ServeSettings, create_app

from .live import run_live

HELD, FREE = threading.Event(), threading.Event()


@Language.component("test_hold_up")
def hold_up(doc: Doc) -> Doc:
    """Works until it is let go."""
    HELD.set()
    assert FREE.wait(60)
    return doc


def test_a_body_that_does_not_come() -> None:
    head = b"POST /annotate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    with (
        run_live(create_app(spacy.blank("en"), ServeSettings(timeout=0.3))) as found,
        socket.create_connection(("127.0.0.1", found.port), timeout=30) as client,
    ):
        client.sendall(head + b'Content-Length: 90\r\n\r\n{"text"')
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert (answer.status, answer.headers["connection"]) == (408, "close")
        assert json.loads(answer.read())["code"] == "SC929"


def test_a_note_that_is_not_done_and_one_that_waits_for_it() -> None:
    """Both are told when to come again, and leave the queue; what comes later is answered."""
    nlp, told = spacy.blank("en"), list[tuple[int, str, str]]()
    with run_live(create_app(nlp, ServeSettings(timeout=0.5))) as found:
        nlp.add_pipe("test_hold_up")  # now, for the golden sentence has passed

        def ask() -> None:
            answer = found.post(json={"text": "Fever."})
            again = answer.headers.get("retry-after", "")
            told.append((answer.status_code, answer.json().get("code", ""), again))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        threads[0].start()
        assert HELD.wait(30)
        threads[1].start()
        for thread in threads:
            thread.join()
        assert told == [(503, "SC929", "5")] * 2
        FREE.set()
        deadline = time.monotonic() + 30
        while found.service.batcher.waiting and time.monotonic() < deadline:
            time.sleep(0.01)
        ask()
        assert told[-1][0] == 200
