"""The corpus that a head is trained on: `python assets/deid/build.py OUT_DIR [--asq FILE] ...`.

Generated notes always; ASQ-PHI, GraSCCo, MEDDOCAN and notes of your own, in which every label was
looked for, where their files are given, in any format.
train.jsonl has all of them. tune.jsonl has one note in ten of each, other generated ones and the
notes of traps.txt; nothing is learned from them, thresholds are chosen there. held_out.jsonl has
the notes of traps_held_out.txt, for measuring alone. Each note says which labels its corpus knows;
of others nothing is learned from it. Long notes are cut at ends of lines, and of the pieces without
identifiers one in four is kept, since most of a note has none.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generator import generate, read_clinical  # noqa: E402
from marked import read_file, write_notes  # noqa: E402
from prepare import read_relabelled  # noqa: E402

from spacy_clinical.pipeline.deid.phi_labels import read_labels  # noqa: E402
from spacy_clinical.records import Entity, Record  # noqa: E402

NUMBERS = "PHONE FAX EMAIL MRN SSN HEALTH_PLAN ACCOUNT ID URL IP"
COMMON = f"NAME PATIENT DOCTOR DATE HOSPITAL CITY STREET ZIP COUNTRY {NUMBERS}"
KNOWN = {
    "generated": f"{COMMON} ORGANIZATION LICENSE DEVICE VEHICLE USERNAME",
    "asq": f"{COMMON} LICENSE DEVICE VEHICLE",
    "grascco": f"{COMMON} ORGANIZATION USERNAME AGE PROFESSION",
    "meddocan": f"{COMMON} ORGANIZATION LICENSE DEVICE VEHICLE AGE PROFESSION",
    "own": " ".join(read_labels()),
}
TIMES = {"asq": 2, "grascco": 2}  # small corpora are seen more often
SIZE = 700  # characters of a piece; its last line may pass them
EMPTY_KEPT = 4
TUNED = 10  # one note in so many
MOST_TUNED = 30  # notes of a corpus
GENERATED_TUNED = 60


def say_known(record: Record, corpus: str) -> Record:
    """The Record with the labels that its corpus knows, and no mentions of others."""
    known = KNOWN[corpus].split()
    entities = tuple(one for one in record.entities if one.label in known)
    meta = {**record.meta, "annotated": {"entities": sorted(known)}}
    return replace(record, id=f"{corpus}-{record.id}", entities=entities, meta=meta)


def cut(record: Record, size: int = SIZE) -> Iterator[Record]:
    """The pieces of a note, whole lines each; no mention is cut."""
    start = at = 0
    for line in record.text.splitlines(keepends=True):
        at += len(line)
        inside = any(one.start < at < one.end for one in record.entities)
        if at - start >= size and not inside:
            yield _piece(record, start, at)
            start = at
    if record.text[start:].strip():
        yield _piece(record, start, len(record.text))


def _piece(record: Record, start: int, end: int) -> Record:
    entities = [
        Entity(one.id, one.label, tuple((s - start, e - start) for s, e in one.fragments))
        for one in record.entities
        if start <= one.start < end
    ]
    text = record.text[start:end]
    return replace(record, id=f"{record.id}-{start}", text=text, entities=tuple(entities))


def thin(records: Iterable[Record]) -> list[Record]:
    """Pieces of long notes; one in four of those without identifiers. Short notes stay."""
    kept, empty = [], 0
    for record in records:
        for piece in cut(record) if len(record.text) > 2 * SIZE else [record]:
            empty += not piece.entities
            if piece.entities or len(record.text) <= 2 * SIZE or empty % EMPTY_KEPT == 1:
                kept.append(piece)
    return kept


def split(records: list[Record]) -> tuple[list[Record], list[Record]]:
    """Notes to learn from, and those to tune on."""
    tuned = records[::TUNED][:MOST_TUNED]
    names = {record.id for record in tuned}
    return [record for record in records if record.id not in names], tuned


def build(sources: dict[str, Path], notes: int, clinical: list[str]) -> dict[str, list[Record]]:
    """The corpus, by split.

    sources (dict[str, Path]): Files or folders of the corpora that are there, by name.
    notes (int): How many notes are generated.
    clinical (list[str]): Lines without identifiers, for generated notes.
    RETURNS (dict[str, list[Record]]): The notes of "train", "tune" and "held_out".
    """
    train = [say_known(record, "generated") for record in generate(notes, 0, clinical)]
    others = [*generate(GENERATED_TUNED, 2, clinical), *read_file(HERE / "traps.txt")]
    tune = [say_known(record, "generated") for record in others]
    for name, source in sources.items():
        records = [say_known(record, name) for record in read_relabelled(source)]
        learned, tuned = split(records)
        train += thin(learned) * TIMES.get(name, 1)
        tune += tuned
    return {"train": train, "tune": tune, "held_out": read_file(HERE / "traps_held_out.txt")}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write the corpus that a head is trained on.")
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--notes", type=int, default=1500, help="notes to generate")
    parser.add_argument("--clinical", type=Path, help="notes whose lines without identifiers join")
    for name in list(KNOWN)[1:]:
        parser.add_argument(f"--{name}", default="", help="its training part; empty if not there")
    options = parser.parse_args(arguments)
    sources = {name: getattr(options, name) for name in list(KNOWN)[1:]}
    missing = [path for path in sources.values() if path and not Path(path).exists()]
    if missing:
        parser.error(f"not there: {', '.join(missing)}")
    clinical = read_clinical(options.clinical) if options.clinical else []
    given = {name: Path(path) for name, path in sources.items() if path}
    for name, records in build(given, options.notes, clinical).items():
        write_notes(records, options.out_dir / f"{name}.jsonl")
    return 0


if __name__ == "__main__":
    sys.exit(main())
