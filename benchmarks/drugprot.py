"""DrugProt's part that is to be had: parts to learn from and to score, and the pair baseline.

    python benchmarks/drugprot.py FOLDER training/drugprot_part

FOLDER is `data/drugprot_two_dev` of github.com/leonweber/drugprot (corpus CC BY 4.0): dev.bioc.xml
with 350 documents of the development part, and train.bioc.xml, of which snapshots may hold the
beginning only; its whole documents are taken. Of the development part each seventh's third and
sixth document by number are scored (100), the others are learned from. Writes learn.spacy and
score.spacy, and prints what every pair of a sentence gets by the label that its types most often
have. Training and scoring are the product's own commands, see RESULTS.md.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import spacy
from comparison.every_pair import EveryPair
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from spacy_clinical.corpus import make_corpus, read_docs
from spacy_clinical.docs import get_relation_rows, get_relations, to_doc
from spacy_clinical.formats import Reject, read
from spacy_clinical.records import Record
from spacy_clinical.scoring.relation_scores import score_relations
from spacy_clinical.scoring.relations_given_gold import predict_with_gold_mentions

SCORED = (2, 5)  # of seven
Place = tuple[str, int, int]
"""A document's beginning, and characters of it."""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    paths = write_parts(nlp, options.folder, options.target)
    nlp.add_pipe("clinical_sentences")
    baseline = nlp.add_pipe("benchmark_every_pair")
    assert isinstance(baseline, EveryPair)
    baseline.learn(read_docs(paths["train"], nlp), ())
    print_scores(nlp, paths["eval"], "the label that most of its types have")
    docs = list(read_docs(paths["train"], nlp))
    most = Counter(row[2] for doc in docs for row in get_relation_rows(doc)).most_common(1)[0][0]
    baseline.labels = dict.fromkeys(baseline.labels, most)
    print_scores(nlp, paths["eval"], f"{most}, the label that most have")


def print_scores(nlp: Language, path: Path, name: str) -> None:
    """Print strict scores of every pair of a sentence, given the gold mentions."""
    examples = predict_with_gold_mentions(nlp, list(make_corpus(path)(nlp)))
    scores = score_relations(examples)
    told = ", ".join(f"{x.upper()} {100 * scores[f'rel_micro_{x}']:.1f}" for x in "prf")
    print(f"every pair of a sentence, {name}: {told}")
    labels = Counter(rel.label for eg in examples for rel in get_relations(eg.reference))
    right = {(x, y) for eg in examples for x, y in _pairs(eg.predicted)}
    within = sum(pair in right for eg in examples for pair in _pairs(eg.reference))
    print(f"relations {labels.total()}, of which between mentions of one sentence: {within}")


def _pairs(doc: Doc) -> list[tuple[Place, Place]]:
    """The places of what is related."""
    name = doc.text[:80]
    ends = ((rel.head, rel.tail) for rel in get_relations(doc))
    return [((name, a.start_char, a.end_char), (name, b.start_char, b.end_char)) for a, b in ends]


TOKENIZER = "spacy-clinical.Tokenizer.v1"


def write_parts(nlp: Language, folder: Path, target: Path) -> dict[str, Path]:
    """RETURNS (dict[str, Path]): learn.spacy as "train", score.spacy as "eval"."""
    cut: list[Reject] = []
    train = list(read(folder / "train.bioc.xml", "bioc_xml", rejects=cut))
    dev = sorted(read(folder / "dev.bioc.xml", "bioc_xml"), key=lambda record: int(record.id))
    scored = [record for n, record in enumerate(dev) if n % 7 in SCORED]
    learned = [*train, *(record for n, record in enumerate(dev) if n % 7 not in SCORED)]
    print(f"learned from: {len(learned)} documents, scored: {len(scored)}, cut off: {len(cut)}")
    target.mkdir(parents=True, exist_ok=True)
    paths = {"train": target / "learn.spacy", "eval": target / "score.spacy"}
    for name, records in (("train", learned), ("eval", scored)):
        _write(nlp, records, paths[name])
    return paths


def _write(nlp: Language, records: Sequence[Record], path: Path) -> None:
    DocBin(docs=[to_doc(record, nlp.make_doc) for record in records]).to_disk(path)


if __name__ == "__main__":
    main()
