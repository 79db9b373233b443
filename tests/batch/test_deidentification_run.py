"""Notes in, de-identified notes out: nothing of the originals anywhere."""

import json
import logging
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.batch import annotation_run
from spacy_clinical.batch.deidentification_run import deidentify_notes
from spacy_clinical.batch.leak_check import check_notes
from spacy_clinical.batch.note_reader import read_notes
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.deid import Surrogates
from spacy_clinical.errors import CommandError, DeidError
from spacy_clinical.formats import read_jsonl
from spacy_clinical.note import Note
from spacy_clinical.pipeline.deid.known_person import ELSEWHERE

KEY = b"a key of a test, 16 bytes or more"
META = {"patient_name": "Quorvex, Ruth", "mrn": "KQ-771204", "kind": "visit"}
PLANTED = ("Quorvex", "771204", "Fenwright", "3/4/2021", "555-867")


def note(i: int, day: int) -> Note:
    text = (
        f"Mrs. Ruth Quorvex (MRN KQ-771204) was seen 3/{day}/2021 by Dr. Fenwright. "
        f"RUTH QUORVEX has asthma; call 208-555-8671."
    )
    return Note(f"quorvex-{i}", text, META)


@pytest.fixture(scope="module")
def nlp() -> Language:
    made = spacy.blank("en")
    made.add_pipe("clinical_deid")
    return made


def test_one_patient_in_two_processes(
    nlp: Language, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    notes = [note(i, 4 + i) for i in range(6)]
    caplog.set_level(logging.DEBUG)
    keyed, settings = Surrogates.keyed(KEY), RunSettings(n_process=2, batch_size=2, progress=False)
    target = tmp_path / "clean.jsonl"
    summary = deidentify_notes(nlp, notes, target, "i2b2", keyed, settings)
    assert summary.notes == 6 and not summary.failed
    assert summary.replaced["MRN format"] == 6
    records = list(read_jsonl(target))
    names = {record.text.split("Mrs. ")[1].split(" (")[0] for record in records}
    assert len(names) == 1
    (name,) = names
    assert all(f"{name.upper()} has asthma" in record.text for record in records)
    days = [record.text.split("seen ")[1].split(" by")[0].split("/") for record in records]
    dates = [date(int(y), int(m), int(d)) for m, d, y in days]
    assert [(b - a).days for a, b in pairwise(dates)] == [1] * 5
    assert records[0].meta["mrn"] in records[0].text
    again = tmp_path / "again.jsonl"
    one = RunSettings(progress=False)
    deidentify_notes(nlp, notes, again, "i2b2", Surrogates.keyed(KEY), one)
    assert again.read_bytes() == target.read_bytes()
    written = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    for planted in PLANTED:
        assert not any(planted.lower() in text.lower() for text in [*written, caplog.text])


def test_what_an_interrupted_run_has_stored_is_clean(
    nlp: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    notes, target = [note(i, 4 + i) for i in range(3)], tmp_path / "clean.spacy"
    keyed, quiet = Surrogates.keyed(KEY), RunSettings(progress=False)
    with monkeypatch.context() as patch:
        patch.setattr(annotation_run, "_finish", stop)
        with pytest.raises(KeyboardInterrupt):
            deidentify_notes(nlp, notes, target, "i2b2", keyed, quiet)
    work = annotation_run.Work(target)
    stored = repr(work.read(0, 3))
    for planted in PLANTED:
        assert planted.lower() not in stored.lower()
    with pytest.raises(CommandError, match="SC513"):
        other = Surrogates.keyed(b"another key of 16 bytes")
        deidentify_notes(nlp, notes, target, "i2b2", other, quiet)
    summary = deidentify_notes(nlp, notes, target, "i2b2", keyed, quiet)
    assert (summary.notes, summary.resumed) == (3, 3)


def test_a_note_that_leaks_or_raises_is_set_aside(tmp_path: Path) -> None:
    @Language.component("blind_to_zebra")
    def blind(doc: Doc) -> Doc:
        if "zebra" in doc.text:
            doc.spans["phi"] = []
        if "fall" in doc.text:
            raise ValueError("quorvex fell")
        return doc

    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    nlp.add_pipe("blind_to_zebra")
    bad = [
        Note("q-1", "Mr. Quorvex saw a zebra, SSN 901-22-3344.", META),
        Note("q-2", "Mr. Quorvex had a fall.", META),
    ]
    target = tmp_path / "clean.jsonl"
    summary = deidentify_notes(
        nlp, [note(0, 4), *bad], target, settings=RunSettings(progress=False)
    )
    assert summary.notes == 1
    failed = (tmp_path / "clean.jsonl.failed.jsonl").read_text()
    rows = [json.loads(line) for line in failed.splitlines()]
    assert [(row["id"], row["code"]) for row in rows] == [
        ("number 2", "SC909"),
        ("number 3", "SC518"),
    ]
    assert "known:PATIENT at 4-11" in failed and "pattern:SSN" in failed
    assert "quorvex" not in failed.lower() and "q-1" not in failed
    report = json.loads((tmp_path / "clean.jsonl.report.json").read_text())
    assert report["set_aside"] == {"SC909": 1, "SC518": 1} and report["policy"] == "hipaa"


def test_refuses_what_can_t_be_safe(nlp: Language, tmp_path: Path) -> None:
    quiet, target = RunSettings(progress=False), tmp_path / "x.jsonl"
    with pytest.raises(DeidError, match="SC914"):
        deidentify_notes(spacy.blank("en"), [note(0, 4)], target)
    with pytest.raises(DeidError, match="SC908"):
        deidentify_notes(nlp, [note(0, 4)], target, "i2b2")
    vault = Surrogates.random(tmp_path / "vault")
    with pytest.raises(DeidError, match="SC911"):
        deidentify_notes(nlp, [note(0, 4)], target, "i2b2", vault, RunSettings(n_process=2))
    with pytest.raises(DeidError, match="SC912") as caught:
        deidentify_notes(nlp, [note(0, 4), note(0, 5)], target, settings=quiet)
    assert "quorvex" not in str(caught.value)
    with pytest.raises(CommandError, match="SC910"):
        deidentify_notes(nlp, [note(0, 4)], target, settings=quiet, patient_field="person")
    assert not target.exists()


@pytest.mark.parametrize("as_files", [False, True])
def test_what_one_note_has_is_looked_for_in_all_of_its_person(
    nlp: Language, tmp_path: Path, as_files: bool
) -> None:
    rows = [
        ("a1", "Seen by Dr. Quillane, MRN: 7731-Q8.", "A-1"),
        ("a2", "Thanks to quillane she eats; file 7731 Q8.", "a1"),
        ("b1", "The quillane trial; file 7731 Q8.", "B-2"),
    ]
    notes: list[Note] | Path = [Note(i, text, {"patient_id": who}) for i, text, who in rows]
    if as_files:
        notes = tmp_path / "notes.jsonl"
        lines = [{"id": i, "text": text, "patient_id": who} for i, text, who in rows]
        notes.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    quiet, target = RunSettings(progress=False, batch_size=1), tmp_path / "clean.jsonl"
    summary = deidentify_notes(nlp, notes, target, "mask", settings=quiet, across_notes=True)
    assert summary.notes == 3 and not any("elsewhere" in name for name in summary.replaced)
    assert [record.text for record in read_jsonl(target)] == [
        "Seen by Dr. [DOCTOR], MRN: [MRN].",
        "Thanks to [DOCTOR] she eats; file [MRN].",
        "The quillane trial; file 7731 Q8.",
    ]
    assert "uillane" not in (tmp_path / "clean.jsonl.report.json").read_text()


def test_checks_notes_of_others(tmp_path: Path) -> None:
    folder = tmp_path / "clean"
    folder.mkdir()
    (folder / "a.txt").write_text("[NAME] had asthma. Wilson's disease. Quorvex, KQ 771204.")
    (folder / "b.txt").write_text("[NAME] had asthma; write to o.p@post.example.")
    (folder / "c.txt").write_text("[NAME] may fall; well on 4 mg.")
    known = tmp_path / "patients.csv"
    known.write_text("patient_name,mrn,color\nWilson May Quorvex,KQ-771204,asthma\n")
    left = check_notes(read_notes(folder), known)
    assert left.notes == 3
    assert left.counts == {"known:PATIENT": 1, "known:MRN": 1, "pattern:EMAIL": 1}
    assert "uorvex" not in json.dumps(left.rows)
    known.write_text("color\nasthma\n")
    with pytest.raises(DeidError, match="SC915"):
        check_notes(read_notes(folder), known)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("MRN", "Mr. [NAME], MRN 99887766, has asthma."),
        ("MRN", "Chart number: QK-55102"),
        ("LICENSE", "License no. KQ551207"),
        ("DEVICE", "Pacemaker, serial number PJN123456H"),
        ("VEHICLE", "The car was a 1M8GDM9AXKP042788."),
        ("BIOMETRIC", "Fingerprint ID 55AB8812"),
    ],
)
def test_numbers_behind_what_names_them_are_left(tmp_path: Path, label: str, text: str) -> None:
    note, known = tmp_path / "a.txt", tmp_path / "patients.csv"
    note.write_text(text)
    known.write_text("mrn\n99887766\n")
    assert check_notes(read_notes(note)).counts == {f"pattern:{label}": 1}
    assert check_notes(read_notes(note), policy="hipaa").counts == {f"pattern:{label}": 1}
    left = check_notes(
        read_notes(note), policy="i2b2"
    )  # replaces all but one by what looks the same
    assert bool(left.rows) == (label == "BIOMETRIC")
    left = check_notes(read_notes(note), known, policy="i2b2")
    assert ("known:MRN" in left.counts) == ("99887766" in text)


def test_masked_numbers_are_not_left(tmp_path: Path) -> None:
    note = tmp_path / "a.txt"
    note.write_text("MRN [MRN] 2021. MRN: , born 1960. MRN  40 mg. Device [DEVICE] 3.5x12 mm.")
    assert not check_notes(read_notes(note)).rows
    with pytest.raises(DeidError, match="SC904"):
        check_notes(read_notes(note), policy="none")


def test_numbers_given_to_nobody_may_be_left_unless_they_are_known(
    tmp_path: Path,
) -> None:
    folder, known = tmp_path / "clean", tmp_path / "patients.csv"
    folder.mkdir()
    (folder / "a.txt").write_text("Call (208) 555-0133 or 555-0107. Fax: +1 208 555-0160 ext. 4.")
    (folder / "b.txt").write_text("Call (208) 555-2133. Fax: +1 208 553-0160.")
    left = check_notes(read_notes(folder))
    assert [row["id"] for row in left.rows] == ["b"] and sum(left.counts.values()) == 2
    known.write_text("patient_name,telephone\nO. Quorvex,208-555-0133\n")
    assert check_notes(read_notes(folder), known).counts["known:PHONE"] == 1


def test_what_all_notes_say_leaves_nothing_in_the_pipeline(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    texts = ["Seen by Dr. Quimbrell for zosterix.", "Thanks to quimbrell, flondered."]
    notes = [Note(f"n{i}", text, {"patient_id": "A-1"}) for i, text in enumerate(texts)]
    before = set(nlp.vocab.strings)
    quiet = RunSettings(progress=False)
    deidentify_notes(nlp, notes, tmp_path / "x.jsonl", "mask", settings=quiet, across_notes=True)
    assert not set(nlp.vocab.strings) - before
    assert not {"Quimbrell", "zosterix", "flondered"} & set(nlp.vocab.strings)


@pytest.mark.parametrize("across", [False, True])
def test_no_note_says_itself_what_others_have(nlp: Language, tmp_path: Path, across: bool) -> None:
    """Its keys would be labels in the text."""
    told = {"asthma of Quandt": "fever", "NAME": ["cough"]}
    meta = {"patient_id": "A-1", ELSEWHERE: told, "found_elsewhere": "ward"}
    quiet, target = RunSettings(progress=False), tmp_path / "clean.jsonl"
    notes = [Note("a", "No fever, no cough.", meta)]
    summary = deidentify_notes(nlp, notes, target, "mask", settings=quiet, across_notes=across)
    (record,) = read_jsonl(target)
    assert record.text == "No fever, no cough." and set(record.meta) == {"patient_id"}
    assert summary.replaced[f"{ELSEWHERE} dropped from meta"] == 1
    assert summary.replaced["found_elsewhere dropped from meta"] == 1
