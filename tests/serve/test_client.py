"""The client against a real service: what is refused for the moment is sent again."""

import json
import threading
from collections.abc import Iterator, Sequence

import httpx
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.errors import ServeError
from spacy_clinical.serve import Client, ServeSettings, create_app
from spacy_clinical.serve.service_events import Event

from .conftest import TEXT
from .live import Live, run_live

HOLD, HELD = threading.Event(), threading.Event()


@Language.component("test_hold")
def hold(doc: Doc) -> Doc:
    """Holds the worker up at notes that say so."""
    if doc.text == "hold":
        HELD.set()
        HOLD.wait(10)
    return doc


@pytest.fixture()
def client(live: Live) -> Iterator[Client]:
    with Client(live.url, max_pause=0.05) as found:
        yield found


def test_notes(client: Client, live: Live) -> None:
    row = client.annotate(TEXT, "a", {"ward": "B"})
    assert row == live.post(json={"id": "a", "text": TEXT, "meta": {"ward": "B"}}).json()
    assert client.model()["hash"] == live.service.model.facts.hash
    assert client.is_ready()


def test_many_notes(live: Live) -> None:
    with Client(live.url, chunk=7) as client:
        rows = [*client.annotate_all({"id": str(i), "text": TEXT} for i in range(20))]
    assert [row["id"] for row in rows] == [str(i) for i in range(20)]


def test_fhir(client: Client) -> None:
    pytest.importorskip("fhir.resources")
    assert client.bundle(TEXT, "a")["type"] == "collection"
    given = {"resourceType": "Parameters", "parameter": [{"name": "text", "valueString": TEXT}]}
    assert client.process_note(given)["type"] == "transaction"
    with pytest.raises(ServeError, match="SC925"):
        client.process_note({"resourceType": "Patient"})


def test_what_is_refused_for_good_is_not_sent_again(client: Client, guarded: Live) -> None:
    with pytest.raises(ServeError, match="SC924"):
        client.annotate("a " * 20_000)
    with Client(guarded.url, "no token") as other, pytest.raises(ServeError, match="SC923"):
        other.annotate(TEXT)


def test_a_full_queue_is_tried_again() -> None:
    """While there is no room, the service says 503 and when to come again."""
    nlp = spacy.blank("en")
    nlp.add_pipe("test_hold")
    HOLD.clear()
    HELD.clear()
    app = create_app(nlp, ServeSettings(max_queue=1, max_wait=0))
    with run_live(app) as live, Client(live.url, max_pause=0.05) as client:
        sent = [threading.Thread(target=client.annotate, args=("hold",)) for _ in range(2)]
        sent[0].start()
        assert HELD.wait(10)
        sent[1].start()
        while not live.service.batcher.waiting:
            threading.Event().wait(0.005)
        answer = live.post(json={"text": TEXT})
        assert (answer.status_code, answer.json()["code"]) == (503, "SC926")
        assert answer.headers["retry-after"] == "1"
        unread = live.post(content=b"{", headers={"Content-Type": "text/plain"})
        assert unread.status_code == 503  # at the gate, before its type is looked at
        threading.Timer(0.1, HOLD.set).start()
        assert client.annotate(TEXT)["text"] == TEXT
        for thread in sent:
            thread.join()


def test_nobody_there() -> None:
    with Client("http://user:secret@127.0.0.1:9", tries=2, max_pause=0) as client:
        with pytest.raises(ServeError, match="SC935") as caught:
            client.annotate(TEXT)
        assert "secret" not in str(caught.value)
        assert not client.is_ready()


def test_rows_that_are_refused_for_the_moment_are_sent_again() -> None:
    """What can't be recorded once is asked for again, alone, and comes in its place."""
    told: list[str] = []

    def record(events: Sequence[Event]) -> None:
        told.extend(event.note.id for event in events)
        if told in (["a"], ["a", "b", "c"]):
            raise OSError

    app = create_app(spacy.blank("en"), ServeSettings(max_notes=1, max_wait=0), record=record)
    with run_live(app) as live, Client(live.url, max_pause=0) as client:
        rows = [*client.annotate_all({"id": id, "text": TEXT} for id in "abcd")]
    assert [(row["id"], row.get("code")) for row in rows] == [(id, None) for id in "abcd"]
    assert told == [*"abcd", *"ac"]


@pytest.mark.parametrize("code", ["SC926", "SC927", "SC928", "SC929", "SC936"])
def test_a_stream_that_goes_on_failing(code: str, client: Client) -> None:
    """Rows that pass never come out; what was answered before does."""
    failed = json.dumps({"id": "", "code": code, "error": "x"}).encode()
    client._send = lambda *_: httpx.Response(200, content=b'{"id": "a"}\n' + failed)  # type: ignore[method-assign]
    client.max_pause = 0
    rows = client.annotate_all({"id": id, "text": TEXT} for id in "ab" * 8)
    assert next(rows) == {"id": "a"}
    with pytest.raises(ServeError, match=r"SC935.* refused 8 of 16 notes after 8 tries"):
        list(rows)
