"""What is recorded of a run: hashes that only the key's holders can make, and numbers."""

import threading
from collections import Counter
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Span

from spacy_clinical.audit import (
    AuditKey,
    NoteFacts,
    Trail,
    note_facts,
    open_audit,
    read_key,
    trail_files,
)
from spacy_clinical.audit.keyed_hashes import write_key
from spacy_clinical.audit.note_counts import LENGTHS, Counts
from spacy_clinical.audit.tracing import Source, trace
from spacy_clinical.audit.trail_check import check_trail
from spacy_clinical.docs import Assertion, set_assertions, set_mentions, set_relations
from spacy_clinical.errors import AuditError
from spacy_clinical.serve.audit_recorder import AuditRecorder

from .trails import KEY, MODEL, audited, facts, make_trail, rows


def test_a_run_line_by_line(tmp_path: Path) -> None:
    trail = Trail(tmp_path, KEY, "user:test")
    with trail.run("annotate", MODEL, started="2026-01-02T03:04:05+00:00") as run:
        run.notes([audited(1), audited(2, failed=True)])
    opened, begun, names, one, two, counts, end = rows(tmp_path)
    assert opened["event"] == "open"
    assert (begun["event"], begun["actor"], begun["model"]) == ("annotate", "user:test", MODEL)
    assert begun["started"] == "2026-01-02T03:04:05+00:00"
    assert names["mentions"] == ["DRUG", "SIGN"] and names["said"] == ["absent"]
    assert one["note"]["id"] == KEY.note_id("MRN-1")
    assert one["note"]["hash"] == KEY.text("Zebediah Quxwort had note 1 .")
    assert one["note"]["chars"] == 29
    assert one["result"] == {
        "hash": KEY.result(b"digest of 16 byt"),
        "mentions": [1, 1],
        "relations": [1],
        "said": [1],
        "score": [0, 0, 0, 1],
    }
    assert one["ms"] == 3
    assert two["result"] == {"code": "SC518"}
    assert counts["counts"]["scores"]["DRUG"] == [0] * 9 + [1, 0]
    assert (end["event"], end["notes"], end["failed"]) == ("end", 1, 1)
    assert {row.get("run") for row in (begun, names, one, two, counts, end)} == {run.id}


def test_no_word_of_a_note_or_of_its_name(tmp_path: Path) -> None:
    make_trail(tmp_path, 30)
    for path in tmp_path.iterdir():
        content = path.read_text().casefold()
        assert not any(word in content for word in ("zebediah", "quxwort", "mrn-"))


def test_a_line_is_short(tmp_path: Path) -> None:
    make_trail(tmp_path, 500)
    size = sum(path.stat().st_size for path in tmp_path.glob("*.jsonl"))
    assert size / 500 < 400


def test_a_run_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Trail(tmp_path, KEY).run("annotate", MODEL) as run:
        run.notes([audited(0)])
        raise ZeroDivisionError("Zebediah")
    end = list(rows(tmp_path))[-1]
    assert (end["code"], end["notes"]) == ("ZeroDivisionError", 1)


@pytest.mark.parametrize("step", ["write", "fsync"])
def test_what_cant_be_written_isnt_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A note that is recorded at the second try is named, counted and summed up once."""

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    run = Trail(tmp_path, KEY).run("annotate", MODEL)
    run._chain._synced = 0.0
    monkeypatch.setattr(trail_files.os, step, full)
    for attempt in (lambda: run.notes([audited(1)]), run.close):
        with pytest.raises(AuditError, match="SC940"):
            attempt()
    monkeypatch.undo()
    run.notes([audited(1)])
    run.close()
    *_, names, note, counts, end = rows(tmp_path)
    assert (names["event"], names["mentions"]) == ("names", ["DRUG", "SIGN"])
    assert note["result"]["mentions"] == [1, 1]
    assert (counts["counts"]["notes"], end["notes"]) == (1, 1)
    (traced,) = trace(tmp_path, KEY, Source("MRN-1"))
    assert traced.counts["mentions"] == {"DRUG": 1, "SIGN": 1}


def test_threads_share_a_run(tmp_path: Path) -> None:
    with Trail(tmp_path, KEY).run("serve", MODEL) as run:
        threads = [
            threading.Thread(target=lambda: [run.notes([audited(i)]) for i in range(50)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = list(rows(tmp_path))
    assert not check_trail(tmp_path).faults
    assert sum(row["event"] == "names" for row in found) == 1
    assert sum(row["counts"]["notes"] for row in found if row["event"] == "counts") == 200
    assert found[-1]["notes"] == 200


def test_keys_part_sites_and_kinds(tmp_path: Path) -> None:
    other = AuditKey(b"another key of enough bytes")
    assert KEY.note_id("1") == AuditKey(b"sixteen bytes or more").note_id("1")
    assert len({KEY.note_id("1"), KEY.text("1"), KEY.result(b"1"), other.note_id("1")}) == 4
    assert "sixteen" not in repr(KEY) and KEY.name != other.name
    made = write_key(tmp_path / "key")
    assert read_key(tmp_path / "key").name == made.name
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(AuditError, match=r"SC941.*exists"):
        write_key(tmp_path / "key")


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 5000, None])
def test_keys_that_are_none(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(AuditError, match="SC941"):
        open_audit(tmp_path / "trail", tmp_path / "key")


def test_notes_need_a_key(tmp_path: Path) -> None:
    trail = open_audit(tmp_path)
    trail.event("tune", component="clinical_ner")
    with pytest.raises(AuditError, match="SC942"):
        trail.run("annotate", MODEL)
    assert [row["event"] for row in rows(tmp_path)] == ["open", "tune"]
    assert next(reversed(list(rows(tmp_path))))["actor"].startswith("user:")


def test_a_service_needs_a_key(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="SC942"):
        AuditRecorder(open_audit(tmp_path / "trail"))
    assert not list(tmp_path.iterdir())


def test_facts_of_a_document() -> None:
    """Counted by hand: scores 0.0, 0.1, 0.99 and 1.0 stand in the first, second and last tenth."""
    doc = spacy.blank("en")("No Fever , 2 rashes\nor pain")
    spans = [Span(doc, i, i + 1, label=label) for i, label in ((1, "A"), (4, "A"), (7, "B"))]
    set_mentions(doc, spans, scores=[0.0, 0.1, 1.0])
    set_assertions(doc, [[Assertion("assertion", "absent")], [], []])
    set_relations(doc, [(0, 1, "R", 0.5)])
    found = note_facts(doc, ms=2.6, pieces=9, unknown=1)
    assert found.tokens == 8
    assert found.mentions == {"A": [1, 1, *[0] * 9], "B": [0] * 9 + [1, 0]}
    assert (found.relations, found.said["absent"], found.ms) == ({"R": 1}, 1, 3)
    assert found.shape == {"characters": 27, "capitals": 2, "digits": 1, "lines": 2}
    assert (found.pieces, found.unknown) == (9, 1)
    again = note_facts(doc)
    set_mentions(doc, spans, scores=[0.2, 0.3, 0.4])
    assert note_facts(doc).digest != again.digest  # relations are gone
    set_relations(doc, [(0, 1, "R", 0.9)])
    assert note_facts(doc).digest == again.digest  # scores don't count
    assert note_facts(spacy.blank("en")("Nothing .")) == NoteFacts(
        b"", 2, shape={"characters": 9, "capitals": 1, "digits": 0, "lines": 1}
    )


def test_counts_add_up_and_come_back() -> None:
    one, two = Counts(), Counts()
    for i in range(3):
        one.add(facts(i))
    two.add(None)
    two.add(facts(5))
    two += one
    assert (two.notes, two.failed, two.mentions) == (4, 1, {"DRUG": 8, "SIGN": 4})
    assert two.lengths == [4, *[0] * (len(LENGTHS) - 1)]
    assert two.sums == Counter(
        tokens=36, characters=160, capitals=8, digits=12, lines=4, pieces=44, unknown=4
    )
    assert Counts.from_dict(two.to_dict()) == two
    for wrong in ({"notes": -1}, {"lengths": [1]}, {"scores": {"A": [1]}}, {"sums": {"a": "b"}}):
        with pytest.raises(ValueError, match=r"no \d+ counts"):
            Counts.from_dict({**two.to_dict(), **wrong})
