"""Tokens, hosts, logs: what every request passes."""

import asyncio
import gc
import http.client
import json
import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spacy_clinical.serve import ServeSettings, create_app, middleware

from .conftest import TEXT
from .live import Live, run_live


@pytest.fixture(scope="module")
def bare() -> Iterator[Live]:
    """A service without tokens, of a pipeline that has no name to be loaded again by."""
    with run_live(create_app(spacy.blank("en"))) as found:
        yield found


PATHS = ("/annotate", "/annotate.ndjson", "/fhir/$process-note", "/reload")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_tokens(guarded: Live, tokens: dict[str, str]) -> None:
    for path in PATHS:
        answer = guarded.post(path, json={"text": TEXT})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    for path in ("/metrics", "/model", "/openapi.json", "/fhir/metadata"):
        assert guarded.http.get(path).status_code == 401
        assert guarded.http.get(path, headers=bearer(tokens["user"])).status_code == 200
    for path in ("/livez", "/readyz"):
        assert guarded.http.get(path).status_code == 200
        answer = guarded.http.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
    assert guarded.http.head("/metrics").status_code == 401
    answer = guarded.post(json={"text": TEXT}, headers=bearer(tokens["user"]))
    assert answer.status_code == 200
    assert guarded.post("/reload", headers=bearer(tokens["user"])).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/json", "Origin": "https://elsewhere.example"}, 403),
        ({"Content-Type": "application/json", "Origin": "null"}, 403),
        ({"Content-Type": "application/json", "Origin": "http://127.0.0.1:1"}, 403),
        ({"Content-Type": "application/json", "Origin": "http://[::1"}, 403),
        ({"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "application/json", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "application/json"}, 409),
        ({"Content-Type": "application/json", "Origin": "http://{host}"}, 409),
        ({"Content-Type": "application/json", "Sec-Fetch-Site": "none"}, 409),
    ],
)
def test_without_tokens_no_foreign_page_reloads(
    bare: Live, headers: dict[str, str], status: int
) -> None:
    """409: this service has nothing to load again, so that it was allowed to."""
    host = f"127.0.0.1:{bare.port}"
    given = {name: value.replace("{host}", host) for name, value in headers.items()}
    answer = bare.post("/reload", headers=given)
    assert answer.status_code == status
    assert answer.json()["code"] == ("SC932" if status == 409 else "SC930")


def test_with_tokens_an_administrator_reloads(guarded: Live, tokens: dict[str, str]) -> None:
    """What a browser can't send for a page that hasn't it: the token is enough."""
    headers = bearer(tokens["admin"])
    assert guarded.post("/reload", headers=headers).status_code == 200


def test_a_share_of_the_queue(guarded: Live, tokens: dict[str, str]) -> None:
    """One token can't fill the queue: 429, where 503 is told to all."""
    share = guarded.service.settings.max_share
    guarded.service.batcher._shares["some-user"] += share
    answer = guarded.post(json={"text": TEXT}, headers=bearer(tokens["user"]))
    guarded.service.batcher._shares["some-user"] -= share
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_the_log_holds_no_letter(
    guarded: Live, tokens: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = {"id": "Zebediah", "text": "Quxwort 99887766", "meta": {"patient": "Zebediah"}}
    headers = bearer(tokens["user"]) | {"X-Request-Id": "Zebediah", "User-Agent": "Quxwort"}
    guarded.post("/annotate?to=jsonl&who=Zebediah", json=secret, headers=headers)
    guarded.post("/annotate/Zebediah", json=secret, headers=headers)
    guarded.post("/annotate", content=b'{"text": "Quxwort"', headers=headers)
    ours = [record for record in caplog.records if not record.name.startswith("http")]
    told = "".join(f"{record.getMessage()}{record.exc_text}" for record in ours)
    rows = [json.loads(r.getMessage()) for r in ours if r.name == "spacy_clinical.access"]
    assert [(row["route"], row["status"]) for row in rows] == [
        ("/annotate", 200),
        ("-", 404),
        ("/annotate", 415),
    ]
    assert {row["token"] for row in rows} == {"some-user"}
    for word in ("Zebediah", "Quxwort", "99887766", tokens["user"]):
        assert word not in told


def test_a_refusal_reaches_who_sends_all_before_it_reads() -> None:
    """A body far above the bound is refused when its length is told. The client learns it, though
    its connection ends: what comes is read for a while, or the answer would be reset with it."""
    body = b'{"text": "' + b"x" * 8_000_000
    with run_live(create_app(spacy.blank("en"), ServeSettings(max_bytes=1000))) as found:
        for _ in range(5):
            connection = http.client.HTTPConnection("127.0.0.1", found.port, timeout=30)
            connection.request("POST", "/annotate", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            assert (answer.status, answer.headers["connection"]) == (413, "close")
            assert json.loads(answer.read())["code"] == "SC924"


def test_the_rest_of_a_refused_body_is_read_for_a_while_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(middleware, "LINGER", 0.2)
    head = b"POST /annotate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    with (
        run_live(create_app(spacy.blank("en"), ServeSettings(max_bytes=1000))) as found,
        socket.create_connection(("127.0.0.1", found.port), timeout=30) as client,
    ):
        client.sendall(head + b"Content-Length: 90000\r\n\r\n{")
        told = b""
        while part := client.recv(9000):  # until the service closes
            told += part
    assert told.startswith(b"HTTP/1.1 413")
    assert b"SC924" in told


def test_a_refused_request_leaves_nothing_to_the_collector(live: Live) -> None:
    """Objects that hold each other stay until its next round, for which every answer waits."""
    gate = middleware.Gate(live.service.batcher, live.service)  # type: ignore[arg-type]

    async def refused() -> int:
        told: list[Any] = []

        async def send(message: Any) -> None:
            told.append(message)

        headers = [(b"host", b"elsewhere.example")]
        scope = {"type": "http", "path": "/annotate", "headers": headers, "state": {}}
        scope["sender"] = send
        await gate(scope, send, send)  # type: ignore[arg-type]
        return int(told[0]["status"])

    gc.collect()
    gc.disable()
    try:
        assert asyncio.run(refused()) == 421
        kept = [x for x in gc.get_objects() if type(x).__name__ == "_Passage"]
    finally:
        gc.enable()
    assert not kept


BODIES = st.binary(max_size=60) | st.builds(
    lambda value: json.dumps(value).encode(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "text", "meta", "resourceType", "content"]), x)
        ),
        max_leaves=8,
    ),
)
KINDS = st.sampled_from(["application/json", "application/x-ndjson", "application/fhir+json", "a"])


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BODIES, st.sampled_from(PATHS[:3]), KINDS)
def test_no_body_is_a_defect(live: Live, content: bytes, path: str, kind: str) -> None:
    answer = live.post(path, content=content, headers={"Content-Type": kind})
    assert answer.status_code < 500, answer.text


def test_metrics(live: Live) -> None:
    live.post(json={"text": TEXT})
    live.post(content=b"{", headers={"Content-Type": "application/json"})
    text = live.http.get("/metrics").text
    assert 'spacy_clinical_requests_total{code="SC925",route="/annotate",status="400"}' in text
    assert "spacy_clinical_batch_notes_count" in text
    assert f'hash="{live.service.model.facts.hash}"' in text
