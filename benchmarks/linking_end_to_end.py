"""Predicted mentions to identifiers, and relations between them, on BC5CDR's development part.

    python benchmarks/linking_end_to_end.py PIPELINE TRAIN.spacy DEV.spacy [--limit N]

One pass of a trained pipeline finds mentions and relations. Their identifiers come from the
training part's names: by exact match of letters and digits, and by `clinical_linker` on a base made
of these names, chemicals and diseases as its semantic types, with abbreviations resolved. Both on
the same predictions. A name that exact match doesn't know is a concept of its own, which is wrong.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from spacy_clinical.cli.util import print_results
from spacy_clinical.corpus import read_docs
from spacy_clinical.docs import get_concepts, get_spans
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.terminology_facts import NAME, TYPE, Fact
from spacy_clinical.result_tables import score_table
from spacy_clinical.scoring.concept_relation_scores import ConceptNames, score_concepts
from spacy_clinical.scoring.link_scores import score_links


def main() -> None:
    """Predict once, link twice, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pipeline")
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--limit", type=int, default=0)
    args = parser.parse_args()
    nlp = spacy.load(args.pipeline)
    train = list(read_docs(args.train, nlp))
    gold = list(read_docs(args.dev, nlp))[: args.limit or None]
    predicted = list(nlp.pipe(doc.text for doc in gold))
    names = ConceptNames.learn(train)
    exact, linked = [doc.copy() for doc in predicted], [doc.copy() for doc in predicted]
    for doc in exact:
        names.assign(doc)
    with tempfile.TemporaryDirectory() as folder:
        build_from_facts(name_facts(train), Path(folder) / "kb")
        linked = list(run(make_linker(Path(folder) / "kb"), linked))
    report("exact match", exact, gold)
    report("clinical_linker", linked, gold)


def make_linker(base: Path) -> Language:
    """Components that link mentions which another pipeline found."""
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_abbreviations")
    types = {"Chemical": ["Chemical"], "Disease": ["Disease"]}
    nlp.add_pipe("clinical_linker", config={"kb": str(base), "types": types})
    return nlp


def run(nlp: Language, docs: Iterable[Doc]) -> Iterator[Doc]:
    """Run a pipeline's components on documents as they are."""
    for doc in docs:
        for _, component in nlp.pipeline:
            doc = component(doc)
        yield doc


def name_facts(docs: Iterable[Doc]) -> Iterator[Fact]:
    """The names of each identifier, the most frequent first, its entity label as its type."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for doc in docs:
        for span in get_spans(doc):
            concepts = get_concepts(span)
            if len(concepts) == 1:
                key = concepts[0], span.label_
                counts.setdefault(key, Counter())[span.text] += 1
    for (concept, label), names in counts.items():
        yield Fact(concept, TYPE, label)
        for rank, (name, _) in enumerate(names.most_common()):
            yield Fact(concept, NAME, name, rank)


def report(title: str, predicted: list[Doc], gold: list[Doc]) -> None:
    """Print the scores of links, and of relations between concepts."""
    examples = [Example(p, g) for p, g in zip(predicted, gold, strict=True)]
    links = score_links(examples)
    rows = {
        "mentions with their concept": {x: links[f"links_{x}"] for x in "prf"},
        "relations between concepts": score_concepts(examples),
    }
    print_results([score_table(f"{title} ({len(gold)} documents)", rows)])


if __name__ == "__main__":
    main()
