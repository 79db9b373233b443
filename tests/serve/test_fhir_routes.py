"""FHIR in and out, each resource checked by fhir.resources."""

import base64
from importlib import import_module
from typing import Any

import pytest

from .conftest import TEXT
from .live import Live

pytest.importorskip("fhir.resources", reason="the extra fhir is not installed")
PATH = "/fhir/$process-note"


def note(text: str = TEXT, **more: Any) -> dict[str, Any]:
    data = base64.b64encode(text.encode()).decode()
    attachment = {"contentType": "text/plain; charset=UTF-8", "data": data}
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "content": [{"attachment": attachment}],
        **more,
    }


def check(resource: dict[str, Any]) -> dict[str, Any]:
    kind = resource["resourceType"]
    module = import_module(f"fhir.resources.R4B.{kind.lower()}")
    getattr(module, kind).model_validate(resource)
    return resource


def test_what_the_service_can_do(live: Live) -> None:
    statement = check(live.http.get("/fhir/metadata").json())
    (operation,) = statement["rest"][0]["operation"]
    found = check(live.http.get(operation["definition"].removeprefix(live.url)).json())
    assert f"${found['code']}" == PATH.rpartition("/")[2]
    check(note())


def test_a_document_reference_becomes_a_transaction(live: Live) -> None:
    given = note(id="d7", subject={"reference": "Patient/9"}, date="2024-03-01T10:00:00Z")
    answer = live.post(PATH, json=given)
    assert answer.status_code == 200
    bundle = check(answer.json())
    assert bundle["type"] == "transaction"
    resources = [entry["resource"] for entry in bundle["entry"]]
    kinds = [resource["resourceType"] for resource in resources]
    assert "MedicationStatement" in kinds
    assert "DocumentReference" not in kinds
    for entry, resource in zip(bundle["entry"], resources, strict=True):
        url = f"{resource['resourceType']}/{resource['id']}"
        assert entry["request"] == {"method": "PUT", "url": url}
        if resource["resourceType"] == "Provenance":
            assert resource["entity"][0]["what"] == {"reference": "DocumentReference/d7"}
        else:
            assert resource["subject"] == {"reference": "Patient/9"}
    again = live.post(PATH, json=given).json()
    ids = [[entry["fullUrl"] for entry in found["entry"]] for found in (bundle, again)]
    assert ids[0] == ids[1]


def test_a_note_without_an_id_comes_along(live: Live) -> None:
    for given in (
        note(),
        {"resourceType": "Parameters", "parameter": [{"name": "note", "resource": note()}]},
    ):
        bundle = check(live.post(PATH, json=given).json())
        first = bundle["entry"][0]["resource"]
        assert first["resourceType"] == "DocumentReference"
        referred = [
            x["resource"]["entity"][0]["what"] for x in bundle["entry"] if "entity" in x["resource"]
        ]
        assert {x["reference"] for x in referred} == {f"urn:uuid:{first['id']}"}


def test_a_string(live: Live) -> None:
    given = {"resourceType": "Parameters", "parameter": [{"name": "text", "valueString": TEXT}]}
    assert live.post(PATH, json=given).status_code == 200


def test_a_note_that_states_nothing(live: Live) -> None:
    """A transaction may have no entries, but not an empty list of them."""
    assert "entry" not in check(live.post(PATH, json=note("a", id="x")).json())


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"resourceType": "Patient"},
        {"resourceType": "Parameters", "parameter": [{"name": "note", "valueString": "a"}]},
        {"resourceType": "DocumentReference", "content": [{"attachment": {"url": "http://x"}}]},
        {"resourceType": "DocumentReference", "content": [{"attachment": {"data": "%%"}}]},
        note() | {"content": [{"attachment": {"contentType": "application/pdf", "data": "AAAA"}}]},
        note(subject="Patient/9"),
    ],
)
def test_outcomes(live: Live, given: dict[str, Any]) -> None:
    answer = live.post(PATH, json=given)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/fhir+json"
    (issue,) = check(answer.json())["issue"]
    assert (issue["code"], issue["details"]["text"]) == ("structure", "SC925")


def test_data_with_line_ends(live: Live) -> None:
    """RFC 2045 has them after 76 signs, and senders do."""
    given = note(TEXT * 3, id="d8")
    attachment = given["content"][0]["attachment"]
    wanted = live.post(PATH, json=given).json()
    data = attachment["data"]
    attachment["data"] = "\r\n".join(data[at : at + 76] for at in range(0, len(data), 76))
    answer = live.post(PATH, json=given)
    assert answer.status_code == 200
    assert len(answer.json()["entry"]) == len(wanted["entry"])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("text/html", f"<p>{TEXT}</p>".encode()),
        ("text/plain; charset=utf-16", TEXT.encode("utf-16")),
        ("text/plain;charset=ISO-8859-1", f"é {TEXT}".encode("latin-1")),
    ],
)
def test_texts_in_the_forms_that_files_have(live: Live, kind: str, data: bytes) -> None:
    attachment = {"contentType": kind, "data": base64.b64encode(data).decode()}
    answer = live.post(PATH, json=note(id="d9") | {"content": [{"attachment": attachment}]})
    assert answer.status_code == 200
    kinds = [entry["resource"]["resourceType"] for entry in answer.json()["entry"]]
    assert "MedicationStatement" in kinds


@pytest.mark.parametrize(
    "more",
    [{"status": "entered-in-error"}, {"docStatus": "entered-in-error"}, {"docStatus": "cancelled"}],
)
def test_a_note_that_its_sender_withdrew(live: Live, more: dict[str, str]) -> None:
    inside = {
        "resourceType": "Parameters",
        "parameter": [{"name": "note", "resource": note(**more)}],
    }
    for given in (note(**more), inside):
        answer = live.post(PATH, json=given)
        assert answer.status_code == 422
        (issue,) = check(answer.json())["issue"]
        assert (issue["code"], issue["details"]["text"]) == ("processing", "SC925")


@pytest.mark.parametrize(
    "names", [("note", "note"), ("text", "text"), ("note", "text"), ("text", "other", "note")]
)
def test_several_notes(live: Live, names: tuple[str, ...]) -> None:
    """None of them is passed over without a word."""
    rows = [
        {"name": name, **({"resource": note()} if name == "note" else {"valueString": TEXT})}
        for name in names
    ]
    answer = live.post(PATH, json={"resourceType": "Parameters", "parameter": rows})
    assert (answer.status_code, answer.json()["issue"][0]["details"]["text"]) == (400, "SC925")


@pytest.mark.parametrize(
    "content", [5, "a", ["a"], [{"attachment": "a"}], [{"attachment": {"data": 5}}], [None], []]
)
def test_parts_of_other_types(live: Live, content: Any) -> None:
    answer = live.post(PATH, json=note() | {"content": content})
    assert (answer.status_code, answer.json()["issue"][0]["details"]["text"]) == (400, "SC925")
