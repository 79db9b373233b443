"""A hundred notes of one patient, de-identified twice: in two processes, and in one.

`python benchmarks/deid_patient.py [NOTES]`. Says whether both runs give the same bytes, how many
surrogates each value has, whether the intervals between dates are exact, and whether an original
is left in the outputs, the log, or the folder of the run.
"""

import io
import json
import logging
import re
import sys
import tempfile
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import spacy

from spacy_clinical.batch.deidentification_run import deidentify_notes
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.deid import Surrogates
from spacy_clinical.formats import read_jsonl
from spacy_clinical.note import Note

PLANTED = ("quorvex", "fenwright", "lakewood", "771204", "8675309", "larkspur")
FORMS = ("%m/%d/%Y", "%B %d, %Y", "%d-%b-%Y", "%Y-%m-%d", "%d%b%y")
META = {"patient_name": "Quorvex, Ruth", "mrn": "KQ-771204", "address": "9 Larkspur Lane"}


def make_note(i: int) -> tuple[Note, date]:
    """A note, and the day that it tells."""
    day = date(2019, 1, 3) + timedelta(days=11 * i)
    name = ("Mrs. Ruth Quorvex", "RUTH QUORVEX", "Quorvex, Ruth", "Ms. Quorvex")[i % 4]
    text = (
        f"{name} (MRN KQ-771204) came on {day.strftime(FORMS[i % len(FORMS)])} to Lakewood "
        f"Memorial Hospital, seen by Dr. Fenwright. Lives at 9 Larkspur Lane. Call 208-867-5309."
    )
    return Note(f"quorvex-771204-{i}", text, META), day


def main() -> int:
    """The command line."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    made = [make_note(i) for i in range(n)]
    log = io.StringIO()
    logging.basicConfig(stream=log, level=logging.DEBUG)
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    deid = nlp.get_pipe("clinical_deid")
    with tempfile.TemporaryDirectory() as folder:
        outputs = []
        for processes in (2, 1):
            target = Path(folder) / f"clean{processes}.jsonl"
            settings = RunSettings(n_process=processes, batch_size=8, progress=False)
            key = Surrogates.keyed(b"0123456789abcdef0123456789abcdef")
            notes = [note for note, _ in made]
            summary = deidentify_notes(nlp, notes, target, "i2b2", key, settings)
            print(f"{processes} processes: {summary.notes} notes, {len(summary.failed)} set aside")
            outputs.append(target.read_bytes())
        written = [path.read_text(encoding="utf8") for path in Path(folder).rglob("*.*")]
        records = list(read_jsonl(Path(folder) / "clean1.jsonl"))
    calendar = deid.finder.rules.locales[0].calendar  # type: ignore[attr-defined]
    days, values = [], {"mrn": set[str](), "hospital": set[str](), "surname": set[str]()}
    for record in records:
        match = re.search(r"\(MRN (\S+)\) came on (.+) to (.+), seen by", record.text)
        assert match is not None
        read = calendar.read(match[2])
        days.append(date(read.year, read.month, read.day))
        values["mrn"].add(match[1])
        values["hospital"].add(match[3])
        values["surname"].add(json.dumps(record.meta["patient_name"].split(",")[0].lower()))
    moved = [later - earlier for earlier, later in pairwise(days)]
    told = [later - earlier for (_, earlier), (_, later) in pairwise(made)]
    exact = sum(a == b for a, b in zip(moved, told, strict=True))
    left = [p for p in PLANTED if any(p in text.lower() for text in [*written, log.getvalue()])]
    print(f"the same bytes: {outputs[0] == outputs[1]}")
    print(f"surrogates: { {name: len(found) for name, found in values.items()} }")
    print(f"intervals exact: {exact} of {len(days) - 1}; originals left: {left or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
