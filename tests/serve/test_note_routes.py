"""One note a request: answers are the rows of `annotate`; what is refused says why, and no more."""

import base64
import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.note import Note
from spacy_clinical.serve import ServeSettings, create_app
from spacy_clinical.serve.served_model import load_served

from ..test_privacy_of_messages import quote_the_note  # registers the component
from .conftest import TEXT
from .live import Live, run_live

assert quote_the_note
NOTES = [
    Note("a", TEXT, {"patient": "p1", "date": "2024-02-03"}),
    Note("b", "No fever ."),
    Note("c", "aspirin for pain-b , aspirin . " * 9),
    Note("d", "é 🙂 no rash\r\n\tafter metformins", {"x": [None, {"y": 1.5}]}),
    Note("e", ""),
]


def body(note: Note) -> dict[str, Any]:
    return {"id": note.id, "text": note.text, "meta": note.meta}


def rounded(row: Any) -> Any:
    """A row whose scores have the digits that no other batch changes."""
    if isinstance(row, dict):
        return {
            key: round(value, 4) if key == "score" else rounded(value) for key, value in row.items()
        }
    return [rounded(part) for part in row] if isinstance(row, list) else row


def test_answers_are_the_rows_of_annotate(live: Live, model: Path, tmp_path: Path) -> None:
    annotate(model, NOTES, tmp_path / "out.jsonl")
    wanted = (tmp_path / "out.jsonl").read_bytes().splitlines(keepends=True)
    found = [live.post(json=body(note)) for note in NOTES]
    assert [answer.status_code for answer in found] == [200] * len(NOTES)
    assert [rounded(x.json()) for x in found] == [rounded(json.loads(line)) for line in wanted]
    lines = "".join(json.dumps(body(note)) + "\n" for note in NOTES)
    kind = {"Content-Type": "application/x-ndjson"}
    stream = live.post("/annotate.ndjson", content=lines, headers=kind)
    rows = [rounded(json.loads(line)) for line in stream.content.splitlines()]
    assert rows == [rounded(json.loads(line)) for line in wanted]


def test_the_same_batch_gives_the_same_bytes(live: Live, model: Path, tmp_path: Path) -> None:
    annotate(model, NOTES[:1], tmp_path / "out.jsonl")
    assert live.post(json=body(NOTES[0])).content == (tmp_path / "out.jsonl").read_bytes()


def test_bundles_are_those_of_annotate(live: Live, model: Path, tmp_path: Path) -> None:
    pytest.importorskip("fhir.resources")
    from spacy_clinical.batch.run_settings import RunSettings

    annotate(model, NOTES[:1], tmp_path / "out", RunSettings(to="fhir-bundles"))
    (path,) = (tmp_path / "out").iterdir()
    answer = live.post("/annotate?to=fhir", json=body(NOTES[0]))
    assert answer.headers["content-type"] == "application/fhir+json"
    assert timeless(answer.json()) == timeless(json.loads(path.read_bytes()))
    assert live.post("/annotate?to=fhir", json=body(NOTES[0])).json()["id"] == answer.json()["id"]


def timeless(bundle: Any) -> Any:
    for entry in bundle["entry"]:
        entry["resource"].pop("recorded", None)
        if entry["resource"]["resourceType"] == "DocumentReference":
            entry["resource"].pop("date")
    return rounded(bundle)


def test_every_answer_names_its_model(live: Live) -> None:
    told = live.http.get("/model").json()
    answer = live.post(json={"text": TEXT})
    assert answer.headers["x-model-hash"] == told["hash"] == live.service.model.facts.hash
    assert told["labels"]["clinical_ner"] == [
        *live.service.model.nlp.get_pipe("clinical_ner").labels
    ]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "SC925"),
        (b"[" * 1000, "application/json", 400, "SC925"),
        (b'{"text": "a"}', "text/plain", 415, "SC930"),
        (b'{"text": "a"}', "", 415, "SC930"),
        (b'{"text": "\\ud800"}', "application/json", 422, "SC560"),
        (b'{"text": "' + b"a " * 15_000 + b'"}', "application/json", 413, "SC924"),
        (b" " * 4_000_001, "application/json", 413, "SC924"),
    ],
)
def test_refused(live: Live, content: bytes, kind: str, status: int, code: str) -> None:
    answer = live.post(content=content, headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert answer.json()["error"].startswith(f"[{code}] ")


def test_other_ways_to_be_refused(live: Live) -> None:
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert live.post(content=b"{}", headers=packed).status_code == 415
    assert live.post("/annotate?to=brat", json={"text": "a"}).status_code == 400
    assert live.http.get("/annotate").status_code == 405
    assert live.http.get("/docs").status_code == 404
    assert live.post(json={"text": "a"}, headers={"Host": "evil.example"}).status_code == 421
    assert live.post(json={"text": "a"}, headers={"Host": "localhost:9"}).status_code == 200


def test_a_note_that_fails_spoils_no_other(tmp_path: Path) -> None:
    """They stand in one batch, as the worker is held up until all have come."""
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("test_quote_the_note")
    app = create_app(nlp, ServeSettings(timeout=10))
    with run_live(app) as live:
        texts = ["one", "Zebediah Quxwort", "three"]
        answers: dict[str, Any] = {}

        def send(text: str) -> None:
            answers[text] = live.post(json={"id": text[:3], "text": text})

        with live.service.batcher._changed:  # no batch begins while it is held
            threads = [threading.Thread(target=send, args=(text,)) for text in texts]
            for thread in threads:
                thread.start()
            threading.Event().wait(0.1)
        for thread in threads:
            thread.join()
    assert [answers[text].status_code for text in texts] == [200, 422, 200]
    assert answers["one"].json() == {"id": "one", "text": "one"}
    failed = answers["Zebediah Quxwort"]
    assert failed.json()["code"] == "SC518"
    assert "Quxwort" not in failed.text


def test_nothing_is_kept_between_requests(live: Live) -> None:
    """Neither words in the vocabulary nor anything else of a note shows in the next answer."""
    strings = len(live.service.model.nlp.vocab.strings)
    for number in range(20):
        assert live.post(json={"text": f"Quxwort{number} given aspirin"}).status_code == 200
    assert len(live.service.model.nlp.vocab.strings) == strings
    assert "Quxwort" not in live.post(json={"text": "No fever ."}).text


def test_no_answer_holds_a_word_of_another(live: Live) -> None:
    """Requests that share batches: each answer has the words of its own note, and of no other."""
    told: dict[tuple[int, int], str] = {}

    def ask(client: int) -> None:
        for turn in range(8):
            text = f"Quxwort{client}x{turn} was given aspirin for pain . " * (1 + client % 3)
            path = ("/annotate", "/annotate?to=html")[turn % 2]
            told[client, turn] = live.post(path, json={"text": text}).text

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 96
    for (client, turn), answer in told.items():
        assert set(re.findall(r"Quxwort\d+x\d+", answer)) == {f"Quxwort{client}x{turn}"}


def test_what_was_asked_before_a_reload_names_what_answers(
    live: Live, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Bundle names its pipeline within, and has no key of ours."""
    pytest.importorskip("fhir.resources")
    batcher, other = live.service.batcher, load_served(str(model))
    other.facts = other.facts._replace(version="9.8.7", hash="f" * 32)
    submit, old = batcher.submit, batcher.model

    def changed(*args: Any, **more: Any) -> Any:
        batcher.model = other
        return submit(*args, **more)

    monkeypatch.setattr(batcher, "submit", changed)
    data = base64.b64encode(TEXT.encode()).decode()
    content = [{"attachment": {"contentType": "text/plain", "data": data}}]
    reference = {"resourceType": "DocumentReference", "status": "current", "content": content}
    asked = {
        "/annotate?to=fhir": ({"text": TEXT}, "application/json"),
        "/annotate.ndjson?to=fhir": ({"text": TEXT}, "application/x-ndjson"),
        "/fhir/$process-note": (reference, "application/fhir+json"),
    }
    try:
        for path, (given, kind) in asked.items():
            batcher.model = old
            answer = live.post(path, content=json.dumps(given), headers={"Content-Type": kind})
            told = [entry["resource"] for entry in answer.json()["entry"]]
            provenances = [r for r in told if r["resourceType"] == "Provenance"]
            assert provenances and all("9.8.7" in json.dumps(r) for r in provenances), path
            assert "model" not in answer.json()
    finally:
        batcher.model = old
