"""Generated records through each format that is written, and back: how many come back whole.

python benchmarks/format_round_trips.py [RECORDS] [SEED]
"""

import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from spacy_clinical.formats.format_capacity import keep
from spacy_clinical.records import Attribute, ConceptRelation, Entity, Record, Relation
from tests.formats.test_round_trips import CASES, Case, in_order

ODD = "ab \n\r\t|:;,.\u2009\u200b\u2028\x85é😀\u0301\\[]_*->\"'&<>#0-/{}O"
WORDS = ["Metformin", "for", "diabetes", "😀", "no", "fever", ".", "10", "mg", "\n"]


def make_records(count: int, seed: int) -> list[Record]:
    """Records of any shape: odd characters, fragments, overlaps, repeated and empty values."""
    draw = random.Random(seed)
    return [_record(draw, number) for number in range(count)]


def _record(draw: random.Random, number: int) -> Record:
    text = _word(draw, 0, 40)
    if draw.random() < 0.4:
        text = " ".join(draw.choices(WORDS, k=draw.randint(0, 12)))
    entities = [_entity(draw, text, n) for n in range(draw.randint(0, 4))] if text else []
    ids = [entity.id for entity in entities]
    relations = [
        Relation(draw.choice(ids), draw.choice(ids), _word(draw), draw.choice([None, 0.5]))
        for _ in range(draw.randint(0, 3) if ids else 0)
    ]
    attributes = [
        Attribute(draw.choice(ids), draw.choice(["assertion", "x", _word(draw)]), _word(draw))
        for _ in range(draw.randint(0, 3) if ids else 0)
    ]
    concepts = [
        ConceptRelation(_word(draw, 1), _word(draw, 1), _word(draw, 1), _word(draw))
        for _ in range(draw.randint(0, 1))
    ]
    parts = (tuple(entities), tuple(relations), tuple(attributes), tuple(concepts))
    meta = {_word(draw): draw.choice([1, "a", [None], {"b": True}])} if draw.random() < 0.2 else {}
    return Record(f"{number}{_word(draw)}", text, *parts, meta)


def _entity(draw: random.Random, text: str, number: int) -> Entity:
    most = min(len(text) + 1, draw.choice([2, 2, 2, 4])) // 2 * 2
    points = sorted(draw.sample(range(len(text) + 1), most))
    fragments = tuple(zip(points[::2], points[1::2], strict=True))
    concept = draw.choice(["", _word(draw)])
    return Entity(f"T{number}", _word(draw, 1), fragments, concept, draw.choice([None, 0.25]))


def _word(draw: random.Random, least: int = 0, most: int = 5) -> str:
    return "".join(draw.choices(ODD, k=draw.randint(least, most)))


def run(name: str, case: Case, records: list[Record], folder: Path) -> list[str]:
    """Write and read records in one format.

    RETURNS (list[str]): Format, written, came back as they were written, refused, parts left out
        and counted, seconds of processor time.
    """
    began = time.process_time()
    tame = [case.tame(record, number) for number, record in enumerate(records)]
    lost: Counter[str] = Counter()
    rejects: list = []
    written = case.write(tame, folder / name, left_out=lost, rejects=rejects)
    refused = {reject.where for reject in rejects}
    expected: Counter[str] = Counter()
    kept = [keep(r, case.keeps, name, expected) for r in tame if r.id not in refused]
    back = {record.id: in_order(record, case) for record in case.read(folder / name)}
    whole = sum(back.get(record.id) == in_order(record, case) for record in kept)
    if not expected <= lost:
        raise SystemExit(f"{name}: left out without being counted: {expected - lost}")
    seconds = time.process_time() - began
    parts = [name, str(written), str(whole), str(len(rejects)), str(sum((+lost).values()))]
    return [*parts, f"{seconds:.1f}"]


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    count, seed = [*given, *(2000, 0)[len(given) :]]
    records = make_records(count, seed)
    print("format\twritten\twhole\trefused\tleft out\tseconds")
    with TemporaryDirectory() as folder:
        for name, case in sorted(CASES.items()):
            print("\t".join(run(name, case, records, Path(folder))))


if __name__ == "__main__":
    main()
