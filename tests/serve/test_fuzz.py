"""Bodies that are broken in one way or another: never a defect, and never a word in a log."""

import json
import logging
import random

import pytest
import spacy

from spacy_clinical.serve import create_app

from .live import run_live

PATHS = ("/annotate", "/annotate.ndjson", "/fhir/$process-note", "/annotate?to=fhir", "/deidentify")
KINDS = ("application/json", "application/x-ndjson", "application/fhir+json")
RESOURCE = {
    "resourceType": "DocumentReference",
    "status": "current",
    "id": "Quxwort",
    "subject": {"reference": "Patient/Quxwort"},
    "content": [{"attachment": {"contentType": "text/plain", "data": "UXV4d29ydCBoYXMgZmV2ZXIu"}}],
}
SOUND = (
    {"id": "Quxwort", "text": "Quxwort has fever.", "meta": {"patient": [{"name": "Quxwort"}]}},
    RESOURCE,
    {"resourceType": "Parameters", "parameter": [{"name": "note", "resource": RESOURCE}]},
)


def broken(chance: random.Random) -> bytes:
    body = bytearray(json.dumps(chance.choice(SOUND)).encode())
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(body))
        body[place : place + chance.randrange(9)] = chance.choice(
            [b"", b"null", b'"', b"{", b"[", b"1e999", b"\\ud800", b"\n", chance.randbytes(3)]
        )
    return bytes(body)


def test_broken_bodies(caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("fhir.resources")
    caplog.set_level(logging.DEBUG)
    chance, told = random.Random(7), set()
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    with run_live(create_app(nlp, policy="mask")) as live:
        for _ in range(200):
            kind = {"Content-Type": chance.choice(KINDS)}
            answer = live.post(chance.choice(PATHS), content=broken(chance), headers=kind)
            assert answer.status_code < 500, answer.text
            told.add(answer.status_code)
        assert live.http.get("/readyz").status_code == 200
        assert "Quxwort" not in live.http.get("/metrics").text
    ours = [record for record in caplog.records if not record.name.startswith("http")]
    assert not [r for r in ours if r.exc_info or "Quxwort" in f"{r.getMessage()}{r.exc_text}"]
    assert {200, 400, 415} <= told
