"""Disease mentions to their identifiers: ours, exact match, and scispaCy's linker on the same base.

    python benchmarks/linking.py [--data ../shared/data] [--scispacy PYTHON] [--work FOLDER]

Development parts of BC5CDR and the NCBI Disease corpus, gold mentions that have an identifier.
Bases: the Disease Ontology with its cross-references to MeSH and OMIM, and the names of each
corpus's own training part. A candidate is right if one of the mention's identifiers is its own or
among its cross-references. `--scispacy` names the Python of an environment with scispaCy and this
package (scispaCy needs numpy below 2): it makes scispaCy's index of the same concepts.jsonl, finds
abbreviations with scispaCy's detector, and links the same mentions in the same run.
"""

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import spacy

from spacy_clinical.cli.util import print_results
from spacy_clinical.docs import get_spans, to_doc
from spacy_clinical.formats import read
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.name_forms import fold
from spacy_clinical.knowledge.readers import read_terminology
from spacy_clinical.knowledge.terminology_facts import CROSSREF, NAME, Fact
from spacy_clinical.records import Entity, Record, split_concepts
from spacy_clinical.result_tables import Table

CORPORA = {
    "BC5CDR": ("bc5cdr/CDR_TrainingSet.PubTator.txt", "bc5cdr/CDR_DevelopmentSet.PubTator.txt"),
    "NCBI Disease": (
        "ncbi_disease/NCBItrainset_corpus.txt",
        "ncbi_disease/NCBIdevelopset_corpus.txt",
    ),
}
ONTOLOGY = (
    ("DO_rare_slim.obo", None),
    ("NCIthesaurus.obo", None),
    ("HumanDO.tsv", {"name": "label"}),
    ("allXREFinDO.tsv", {"name": "label", "xrefs": "xref"}),
)
K = 10
Ranked = list[list[str]]


class Gold(NamedTuple):
    """A corpus's documents, and the identifiers of each of their mentions, in order."""

    records: list[Record]
    ids: list[set[str]]


def main() -> None:
    """Build both kinds of base, link with every system, print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--scispacy", help="Python of an environment with scispaCy")
    parser.add_argument("--work", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = args.work or Path(temporary)
        ontology = build(ontology_facts(args.data), work / "ontology")
        for corpus, (train, dev) in CORPORA.items():
            gold = read_gold(args.data / dev)
            names = build(training_facts(args.data / train), work / corpus.replace(" ", "_"))
            for title, base in (("Disease Ontology", ontology), ("training names", names)):
                compare(f"{corpus}: {title}", gold, base, args.scispacy, work)


def compare(title: str, gold: Gold, base: Path, python: str | None, work: Path) -> None:
    """Link with every system and print a table."""
    kb = KnowledgeBase(base)
    ranked = {
        "exact match": link_exactly(kb, gold),
        "clinical_linker, abbreviations as they stand": link(base, gold, resolve=False),
        "clinical_linker": link(base, gold, resolve=True),
    }
    if python:
        names = "scispacy_linker, abbreviations as they stand", "scispacy_linker"
        ranked.update(zip(names, ask_scispacy(python, base, gold, work), strict=True))
    rows = [(name, *score(found, gold, kb)) for name, found in ranked.items()]
    held = sum(bool(ids & known_ids(kb)) for ids in gold.ids)
    title = f"{title} ({len(gold.ids)} mentions, {held} of them with an id that the base holds)"
    header = ("", "accuracy@1", "recall@10", "held: accuracy@1", "recall@10")
    print_results([Table(title, header, rows)])


def score(ranked: Ranked, gold: Gold, kb: KnowledgeBase) -> tuple[str, ...]:
    """RETURNS (tuple[str, ...]): Accuracy at 1 and recall at 10, over all and over those held."""
    known = known_ids(kb)
    pairs = list(zip(ranked, gold.ids, strict=True))
    held = [(row, ids) for row, ids in pairs if ids & known]
    return tuple(
        f"{100 * sum(is_right(row[:k], ids, kb) for row, ids in rows) / len(rows):.2f}"
        for rows in (pairs, held)
        for k in (1, K)
    )


def is_right(concepts: Iterable[str], ids: set[str], kb: KnowledgeBase) -> bool:
    """RETURNS (bool): Whether one of the concepts is, or corresponds to, one of the ids."""
    return any(ids & ids_of(kb, concept) for concept in concepts)


def ids_of(kb: KnowledgeBase, concept: str) -> set[str]:
    """RETURNS (set[str]): A concept's identifiers as the corpora write them."""
    codes = kb.codes(concept, "MESH"), kb.codes(concept, "OMIM")
    return {code.removeprefix("MESH:") for row in codes for code in row}


def known_ids(kb: KnowledgeBase) -> set[str]:
    """RETURNS (set[str]): All of them."""
    if not hasattr(kb, "known_ids"):
        kb.known_ids = {id for concept in kb.cui_to_entity for id in ids_of(kb, concept)}  # type: ignore[attr-defined]
    return kb.known_ids  # type: ignore[attr-defined]


def link(base: Path, gold: Gold, *, resolve: bool) -> Ranked:
    """RETURNS (Ranked): The candidates of `clinical_linker` for each mention."""
    nlp = spacy.blank("en")
    if resolve and nlp.has_factory("clinical_abbreviations"):
        nlp.add_pipe("clinical_abbreviations")
    config = {"kb": str(base), "k": K, "threshold": 0.0, "resolve_abbreviations": resolve}
    nlp.add_pipe("clinical_linker", config=config)
    ranked = []
    for record in gold.records:
        doc = to_doc(record, nlp.make_doc)
        for _, component in nlp.pipeline:
            doc = component(doc)
        found = {(s.start_char, s.end_char): s._.kb_ents for s in get_spans(doc)}
        ranked += [
            [concept for concept, _ in found.get((e.start, e.end), [])] for e in record.entities
        ]
    return ranked


def link_exactly(kb: KnowledgeBase, gold: Gold) -> Ranked:
    """RETURNS (Ranked): The concepts that have the mention's text as a name."""
    texts = [r.text[e.start : e.end] for r in gold.records for e in r.entities]
    return [
        [c.concept_id for c in row if c.score == 1 and fold(kb.read_name(c.name)) == fold(text)]
        for text, row in zip(texts, kb.search(texts), strict=True)
    ]


def ask_scispacy(python: str, base: Path, gold: Gold, work: Path) -> list[Ranked]:
    """RETURNS (list[Ranked]): The candidates of `scispacy_linker`, run by another Python: without
    and with abbreviations resolved."""
    source, target = work / "mentions.json", work / "ranked.json"
    docs = [
        {"text": r.text, "mentions": [[e.start, e.end] for e in r.entities]} for r in gold.records
    ]
    source.write_text(json.dumps({"docs": docs, "k": K}), encoding="utf-8")
    script = Path(__file__).with_name("linking_scispacy.py")
    paths = map(str, (script, base, source, target, work / "scispacy"))
    subprocess.run([python, *paths], check=True)
    ranked: list[Ranked] = json.loads(target.read_text(encoding="utf-8"))
    return ranked


def read_gold(path: Path) -> Gold:
    """Read disease mentions with their identifiers; mentions without one are left out."""
    records, ids = [], []
    for record in read(path, "pubtator", strict=False):
        entities = tuple(e for e in record.entities if e.label != "Chemical" and corpus_ids(e))
        records.append(Record(record.id, record.text, entities))
        ids += [corpus_ids(entity) for entity in entities]
    return Gold(records, ids)


def corpus_ids(entity: Entity) -> set[str]:
    """RETURNS (set[str]): "D003924" or "OMIM:125853" for each concept that a mention means."""
    parts = (part.strip().removeprefix("MESH:") for part in split_concepts(entity.concept))
    return {part for part in parts if part not in ("", "-1")}


def ontology_facts(data: Path) -> Iterator[Fact]:
    """The Disease Ontology: synonyms and definitions of its slims, all labels, all codes."""
    for name, columns in ONTOLOGY:
        options: dict[str, Any] = {"columns": columns} if columns else {}
        yield from read_terminology(data / "kb/disease_ontology" / name, **options)


def training_facts(path: Path) -> Iterator[Fact]:
    """The names that a training part has for each identifier, the most frequent one first."""
    counts: dict[str, Counter[str]] = {}
    for record in read(path, "pubtator", strict=False):
        for entity in record.entities:
            ids = corpus_ids(entity)
            if entity.label != "Chemical" and len(ids) == 1:
                text = record.text[entity.start : entity.end]
                counts.setdefault(ids.pop(), Counter())[text] += 1
    for concept, names in counts.items():
        yield Fact(concept, CROSSREF, concept if ":" in concept else f"MESH:{concept}")
        for rank, (name, _) in enumerate(names.most_common()):
            yield Fact(concept, NAME, name, rank)


def build(facts: Iterable[Fact], folder: Path) -> Path:
    """Build a base, unless it is there."""
    if not folder.exists():
        build_from_facts(facts, folder)
    return folder


if __name__ == "__main__":
    main()
