"""Components whose predictions can be counted on paper, and a small concept corpus."""

from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

from spacy_clinical.docs import (
    Assertion,
    ConceptRow,
    get_spans,
    identify,
    set_assertions,
    set_concept_relations,
    set_mentions,
    set_relations,
    to_doc,
)
from spacy_clinical.formats import read
from spacy_clinical.records import spread_concepts
from spacy_clinical.schema import Schema

WORDS = {"aspirin": "Chemical", "naproxen": "Chemical", "rash": "Disease", "fever": "Disease"}
SCHEMA = {"relations": {"CID": {"head": ["Chemical"], "tail": ["Disease"]}}}

#   Two documents. "fever" is caused by no drug in the first, by naproxen in the second, where it
#   stands in another sentence.
PUBTATOR = """\
7|t|Aspirin and rash.
7|a|Rash after aspirin, no fever.
7\t0\t7\tAspirin\tChemical\tD1
7\t12\t16\trash\tDisease\tD2
7\t18\t22\tRash\tDisease\tD2
7\t29\t36\taspirin\tChemical\tD1
7\t41\t46\tfever\tDisease\tD3
7\tCID\tD1\tD2

8|t|Naproxen helps.
8|a|Fever persists. Rash too.
8\t0\t8\tNaproxen\tChemical\tD4
8\t16\t21\tFever\tDisease\tD3
8\t32\t36\tRash\tDisease\tD2
8\tCID\tD4\tD3

"""


class RelateAll:
    """Relates every Chemical to every Disease."""

    def __init__(self) -> None:
        self.schema = Schema.from_dict(SCHEMA)

    def __call__(self, doc: Doc) -> Doc:
        spans = list(enumerate(get_spans(doc)))
        rows = [
            (i, j, "CID", 0.75)
            for i, head in spans
            for j, tail in spans
            if (head.label_, tail.label_) == ("Chemical", "Disease")
        ]
        set_relations(doc, rows)
        return doc


class RelateConcepts(RelateAll):
    """Relates every Chemical to every Disease, once for all their mentions."""

    def __call__(self, doc: Doc) -> Doc:
        pairs = {
            (head, tail)
            for one in get_spans(doc)
            for other in get_spans(doc)
            if (one.label_, other.label_) == ("Chemical", "Disease")
            for head in identify(one, by_name=True)
            for tail in identify(other, by_name=True)
        }
        set_concept_relations(doc, [ConceptRow(*pair, "CID", 0.75) for pair in sorted(pairs)])
        return doc


def find_words(doc: Doc) -> Doc:
    """Finds the words in WORDS."""
    found = [t for t in doc if t.lower_ in WORDS]
    set_mentions(doc, [Span(doc, t.i, t.i + 1, label=WORDS[t.lower_]) for t in found])
    return doc


def say_absent(doc: Doc) -> Doc:
    """Says that everything is absent, and names it by its own word."""
    group = doc.spans["clinical"]
    spans = [Span(doc, s.start, s.end, label=s.label_, kb_id=f"D-{s.text.lower()}") for s in group]
    set_mentions(doc, spans)
    set_assertions(doc, [[Assertion("assertion", "absent", 0.75)] for _ in spans])
    return doc


def find_nothing(doc: Doc) -> Doc:
    """Finds no mentions."""
    set_mentions(doc, [])
    return doc


def make_relate_all(nlp: Language, name: str) -> RelateAll:
    return RelateAll()


def make_relate_concepts(nlp: Language, name: str) -> RelateConcepts:
    return RelateConcepts()


Language.component("test_find_words", assigns=["doc.ents", "doc.spans"], func=find_words)
Language.component("test_say_absent", func=say_absent)
Language.component("test_find_nothing", assigns=["doc.ents", "doc.spans"], func=find_nothing)
Language.factory("test_relate_all", requires=["doc.ents"], func=make_relate_all)
Language.factory("test_relate_concepts", requires=["doc.ents"], func=make_relate_concepts)


def make_fake(*names: str) -> Language:
    """A pipeline of these components."""
    nlp = spacy.blank("en")
    for name in names:
        nlp.add_pipe(name)
    return nlp


def concept_docs(folder: Path, text: str = PUBTATOR) -> list[Doc]:
    """The documents, with their concept relations spread over mentions."""
    path = folder / "concepts.pubtator"
    path.write_text(text, encoding="utf-8")
    make_doc = spacy.blank("en").make_doc
    return [to_doc(spread_concepts(record), make_doc) for record in read(path)]


def write_docs(docs: list[Doc], path: Path) -> Path:
    """Store documents as `convert` does."""
    DocBin(docs=docs).to_disk(path)
    return path
