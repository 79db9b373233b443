"""Trails of notes whose numbers were counted by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import srsly

from spacy_clinical.audit import AuditedNote, AuditKey, NoteFacts, Trail
from spacy_clinical.audit.trail_head import day_files

KEY = AuditKey(b"sixteen bytes or more")
THRESHOLDS = {"ner": {"DRUG": 0.5}}
MODEL = {"name": "en_x", "version": "1.2.0", "hash": "ab" * 16, "thresholds": THRESHOLDS}


def facts(n: int = 1, ms: int = 3) -> NoteFacts:
    """A note with `n` drugs of score 0.95 and a sign without one."""
    mentions = {"DRUG": [0] * 9 + [n, 0], "SIGN": [0] * 10 + [1]}
    shape = {"characters": 40, "capitals": 2, "digits": 3, "lines": 1}
    return NoteFacts(
        b"digest of 16 byt", 9, mentions, {"TREATS": n}, {"absent": 1}, shape, 11, 1, ms
    )


def audited(i: int, failed: bool = False) -> AuditedNote:
    text = f"Zebediah Quxwort had note {i} ."
    return AuditedNote(f"MRN-{i}", text, None if failed else facts(), "SC518" if failed else "")


def make_trail(folder: Path, notes: int) -> Path:
    """A trail of one run."""
    with Trail(folder, KEY, "user:test").run("annotate", MODEL) as run:
        for start in range(0, notes, 100):
            run.notes(audited(i, i % 50 == 49) for i in range(start, min(start + 100, notes)))
    return folder


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    for path in day_files(folder):
        yield from srsly.read_jsonl(path)
