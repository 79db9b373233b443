"""Tokens, hosts, logs: what every request passes."""

import json
import logging
from collections.abc import Iterator

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spacy_clinical.serve import create_app

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
