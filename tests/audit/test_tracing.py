"""From a fact in FHIR to the line of the trail; the trail as FHIR."""

import json
from pathlib import Path
from typing import Any

import pytest
import srsly

from spacy_clinical.audit import Trail, read_key
from spacy_clinical.audit.audit_events import audit_events, write_audit_events
from spacy_clinical.audit.drift import find_drift
from spacy_clinical.audit.drift_reference import Reference
from spacy_clinical.audit.note_counts import Counts
from spacy_clinical.audit.tracing import Source, read_fact, trace
from spacy_clinical.audit.trail_check import check_trail
from spacy_clinical.cli import app
from spacy_clinical.errors import AuditError

from ..commands import run
from .conftest import TEXTS
from .trails import KEY, MODEL, make_trail, rows


def resources(path: Path, kind: str) -> list[dict[str, Any]]:
    return [row for row in srsly.read_jsonl(path) if row["resourceType"] == kind]


def test_every_fact_leads_to_its_note(annotated: Path) -> None:
    facts, key = annotated / "facts.ndjson", read_key(annotated / "key")
    found = resources(facts, "Provenance")
    assert len(found) > 2
    for provenance in found:
        source = read_fact(f"{facts}#{provenance['target'][0]['reference'].split('/')[1]}")
        assert source == read_fact(f"{facts}#{provenance['id']}")
        first, other = trace(annotated / "trail", key, source)
        assert (first.fits, other.fits) == (True, False)
        assert first.row["note"]["id"] == key.note_id(source.note)
        text = TEXTS[int(source.note[-1])]
        assert first.row["note"]["hash"] == key.text(text)
        ((start, end),) = source.offsets
        assert text[start:end].lower() in ("aspirin", "fever", "rash", "naproxen")
        assert source.label in first.counts["mentions"]
        assert first.run["actor"] == "user:mbeck"
        assert first.run["model"]["name"] == source.system.split()[0]


def test_bundles_too(annotated: Path, tmp_path: Path) -> None:
    entries = [{"resource": row} for row in srsly.read_jsonl(annotated / "facts.ndjson")]
    bundle = {"resourceType": "Bundle", "entry": entries}
    id = resources(annotated / "facts.ndjson", "Provenance")[0]["id"]
    for indent in (None, 1):
        (tmp_path / "b.json").write_text(json.dumps(bundle, indent=indent))
        source = read_fact(f"{tmp_path / 'b.json'}#{id}")
        assert source == read_fact(f"{annotated / 'facts.ndjson'}#{id}")


def test_what_leads_nowhere(annotated: Path, tmp_path: Path) -> None:
    (tmp_path / "x.ndjson").write_text("{}\nnone")
    for fact in ("", "nothing#1", f"{annotated / 'facts.ndjson'}#1", f"{tmp_path / 'x.ndjson'}#1"):
        with pytest.raises(AuditError, match="SC945"):
            read_fact(fact)
    for key, note in ((KEY, "MRN-0"), (read_key(annotated / "key"), "MRN-77")):
        with pytest.raises(AuditError, match="SC946"):
            trace(annotated / "trail", key, Source(note))


def test_names_that_came_later_arent_taken_for_earlier_ones(annotated: Path) -> None:
    """Note 0 is run in a batch with the longest: whatever came first has the first number."""
    key = read_key(annotated / "key")
    (first, _) = trace(annotated / "trail", key, Source("MRN-1", recorded=""))
    assert first.counts["mentions"] == {"Disease": 1, "Chemical": 1}
    assert first.counts["said"] == {"absent": 2}
    (failed,) = trace(annotated / "trail", key, Source("MRN-9"))
    assert failed.row["result"] == {"code": "SC563"}


def test_thresholds_are_those_of_the_label(tmp_path: Path) -> None:
    make_trail(tmp_path, 5)
    (found,) = trace(tmp_path, KEY, Source("MRN-3", label="DRUG", score=0.7))
    assert found.threshold("DRUG") == {"ner": 0.5} and found.threshold("SIGN") == {}


def test_audit_events(annotated: Path, tmp_path: Path) -> None:
    pytest.importorskip("fhir.resources")
    written = write_audit_events(annotated / "trail", tmp_path / "events.ndjson")
    assert written == {"annotate": 2 + 4 + 3}
    events = list(srsly.read_jsonl(tmp_path / "events.ndjson"))
    assert [event["outcome"] for event in events].count("4") == 1
    assert len({event["id"] for event in events}) == len(events)
    note = events[1]
    assert note["entity"][0]["what"]["identifier"]["value"]
    assert note["entity"][1]["what"]["identifier"]["value"]
    assert note["agent"][0]["who"]["display"] == "user:mbeck"
    content = (tmp_path / "events.ndjson").read_text()
    assert "Quxwort" not in content and "MRN-" not in content


def test_a_trail_of_other_things_is_valid_too(tmp_path: Path) -> None:
    kind = pytest.importorskip("fhir.resources.R4B.auditevent").AuditEvent
    make_trail(tmp_path / "t", 60)
    events = list(audit_events(tmp_path / "t"))
    assert len(events) == 61
    for event in events:
        kind.model_validate(event)
    with pytest.raises(AuditError, match="SC943"):
        list(audit_events(tmp_path))


def test_a_run_that_failed_is_no_success(tmp_path: Path) -> None:
    """One failed, one was stopped before its end, one was done; a thing without a run was too."""
    trail = Trail(tmp_path, KEY, "user:test")
    with pytest.raises(ZeroDivisionError), trail.run("annotate", MODEL):
        raise ZeroDivisionError
    trail.run("deidentify", MODEL)
    with trail.run("serve", MODEL):
        pass
    trail.event("tune")
    found = [(x.get("outcome"), x.get("outcomeDesc")) for x in audit_events(tmp_path)]
    unknown = (None, "no end is recorded")
    assert found == [("8", "ZeroDivisionError"), unknown, ("0", None), ("0", None)]


def test_nothing_is_read_from_a_trail_that_isnt_whole(tmp_path: Path) -> None:
    make_trail(tmp_path, 10)
    (day,) = tmp_path.glob("2*")
    day.write_bytes(day.read_bytes().replace(b'"user:test"', b'"user:else"', 1))
    for read in (
        lambda: list(audit_events(tmp_path)),
        lambda: trace(tmp_path, KEY, Source("MRN-1")),
        lambda: find_drift(tmp_path, Reference("en_x 1.2.0", Counts(), {})),
    ):
        with pytest.raises(AuditError, match="SC944"):
            read()


# The commands


def test_verify_says_what_was_checked(annotated: Path, tmp_path: Path) -> None:
    done = run(app, "audit", "verify", annotated / "trail")
    assert done.exit_code == 0, done.output
    head = check_trail(annotated / "trail").head
    assert head is not None and head.this in done.output
    make_trail(tmp_path, 10)
    (day,) = tmp_path.glob("2*")
    day.write_bytes(day.read_bytes().replace(b'"chars":29', b'"chars":28', 1))
    done = run(app, "audit", "verify", tmp_path)
    assert done.exit_code == 1
    assert "SC944" in done.output and f"{day.name}, line 4" in done.output


def test_trace_prints_what_is_asked(annotated: Path) -> None:
    id = resources(annotated / "facts.ndjson", "Provenance")[0]["id"]
    asked = ["audit", "trace", annotated / "trail", "--key", annotated / "key"]
    done = run(app, *asked, "--fact", f"{annotated / 'facts.ndjson'}#{id}")
    assert done.exit_code == 0, done.output
    for what in ("threshold", "characters", "model's hash", "note's text", "user:mbeck"):
        assert what in done.output
    assert "failed" in run(app, *asked, "--note", "MRN-9").output
    assert "SC947" in run(app, *asked).output
    made = run(app, "audit", "new-key", annotated / "key")
    assert made.exit_code == 1 and "SC941" in made.output


def test_export_needs_a_known_name(annotated: Path, tmp_path: Path) -> None:
    pytest.importorskip("fhir.resources")
    done = run(app, "audit", "export", annotated / "trail", tmp_path / "e.ndjson")
    assert done.exit_code == 0 and "9 in" in done.output
    done = run(app, "audit", "export", annotated / "trail", tmp_path / "e.ndjson", "--to", "atna")
    assert done.exit_code == 1 and "SC519" in done.output
    assert rows(annotated / "trail")
