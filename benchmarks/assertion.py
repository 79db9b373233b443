"""Three ways to assert the same gold mentions: a trained head, ConText's rules, negspacy.

    python benchmarks/assertion.py training/maccrobat/model-best corpus/maccrobat/test.spacy

For MACCROBAT's POLARITY. Rules and negspacy have fewer values than the corpus, so it is scored
twice: with MAYBE_NEG, MAYBE_POS and UNCERTAIN as they are, and put together as UNCERTAIN. Of the
rules' values "absent" is NEG; "possible" and "hypothetical" are UNCERTAIN; the others say nothing.
negspacy (extra `context`) only negates. All get the same mentions, of the labels that the head
asserts.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from spacy_clinical.attributes import AttributeType, Scheme
from spacy_clinical.cli.util import print_results
from spacy_clinical.corpus import make_corpus
from spacy_clinical.docs import Assertion, get_assertions, get_spans, set_assertions, set_mentions
from spacy_clinical.result_tables import Table
from spacy_clinical.scoring.assertion_scores import score_assertions
from spacy_clinical.scoring.relations_given_gold import (
    copy_gold_mentions,
    predict_with_gold_mentions,
)

NAME = "POLARITY"
FROM_RULES = {"absent": "NEG", "possible": "UNCERTAIN", "hypothetical": "UNCERTAIN"}
MERGED = {"MAYBE_NEG": "UNCERTAIN", "MAYBE_POS": "UNCERTAIN"}


def by_model(nlp: Language, examples: list[Example]) -> list[Example]:
    """The trained head."""
    return predict_with_gold_mentions(nlp, examples)


def by_rules(nlp: Language, examples: list[Example]) -> list[Example]:
    """ConText over our sentences and sections."""
    rules = spacy.blank("en")
    for name in ("clinical_sentences", "clinical_sections", "clinical_context"):
        rules.add_pipe(name)
    for example in examples:
        copy_gold_mentions(example.reference, example.predicted)
        doc = example.predicted
        for _, component in rules.pipeline:
            doc = component(doc)
        said = [[a.value for a in row if a.name == "assertion"] for row in get_assertions(doc)]
        _write(doc, [FROM_RULES.get(values[0]) if values else None for values in said])
    return examples


def by_negspacy(nlp: Language, examples: list[Example]) -> list[Example]:
    """negspacy as its README sets it up, with spaCy's sentencizer. It reads `doc.ents`: of mentions
    that overlap, one group after another."""
    from negspacy.negation import Negex  # noqa: F401

    other = spacy.blank("en")
    other.add_pipe("sentencizer")
    other.add_pipe("negex", config={"ent_types": []})
    for example in examples:
        doc = example.predicted
        copy_gold_mentions(example.reference, doc)
        spans = get_spans(doc)
        negated = [False] * len(spans)
        left = list(range(len(spans)))
        while left:
            set_mentions(doc, [spans[i] for i in left])
            chosen = {(ent.start, ent.end, ent.label) for ent in doc.ents}
            for _, component in other.pipeline:
                doc = component(doc)
            found = {(e.start, e.end, e.label): e._.negex for e in doc.ents}
            taken = [i for i in left if _place(spans[i]) in chosen]
            for i in taken:
                negated[i] = found[_place(spans[i])]
            left = [i for i in left if i not in taken]
        copy_gold_mentions(example.reference, doc)
        _write(doc, ["NEG" if value else None for value in negated])
    return examples


def by_nothing(nlp: Language, examples: list[Example]) -> list[Example]:
    """Every mention negated: what the share of negated mentions is worth."""
    for example in examples:
        copy_gold_mentions(example.reference, example.predicted)
        _write(example.predicted, ["NEG"] * len(get_spans(example.predicted)))
    return examples


SYSTEMS: dict[str, Callable[[Language, list[Example]], list[Example]]] = {
    "clinical_assertion, trained": by_model,
    "clinical_context, rules": by_rules,
    "negspacy": by_negspacy,
    "everything negated": by_nothing,
}


def _place(span: Any) -> tuple[int, int, int]:
    return span.start, span.end, span.label


def _write(doc: Doc, values: Sequence[str | None]) -> None:
    rows = [[Assertion(NAME, value)] if value else [] for value in values]
    set_assertions(doc, rows, names=[NAME])


def _merge(docs: Iterable[Doc]) -> None:
    for doc in docs:
        said = [[a for a in row if a.name == NAME] for row in get_assertions(doc)]
        rows = [[a._replace(value=MERGED.get(a.value, a.value)) for a in row] for row in said]
        set_assertions(doc, rows, names=[NAME])


def compare(nlp: Language, corpus: Path) -> dict[str, Any]:
    """Score all systems on the gold mentions of a corpus."""
    head = next(c for _, c in nlp.pipeline if isinstance(getattr(c, "scheme", None), Scheme))
    (trained,) = [type for type in head.scheme.types if type.name == NAME]
    merged = AttributeType(NAME, ("", "NEG", "UNCERTAIN"), trained.labels, "")
    results = {}
    for name, predict in SYSTEMS.items():
        examples = predict(nlp, list(make_corpus(corpus)(nlp)))
        four = score_assertions(examples, Scheme((trained,)))
        for example in examples:
            _merge([example.reference, example.predicted])
        results[name] = {"four": four, "two": score_assertions(examples, Scheme((merged,)))}
    return results


def rows_of(results: dict[str, Any]) -> list[tuple[str, ...]]:
    """A row for each system: NEG, UNCERTAIN in P/R/F, mean of the two, mean of the four."""
    rows = []
    for name, scores in results.items():
        cells = []
        for value in ("NEG", "UNCERTAIN"):
            row = scores["two"]["assertion_per_type"].get(value, {"p": 0.0, "r": 0.0, "f": 0.0})
            cells.append("/".join(f"{100 * row[x]:.1f}" for x in "prf"))
        means = [scores[key]["assertion_macro_f"] for key in ("two", "four")]
        rows.append((name, *cells, *(f"{100 * mean:.1f}" for mean in means)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="A pipeline with a trained POLARITY")
    parser.add_argument("corpus", type=Path, help="Gold documents")
    parser.add_argument("--output", type=Path, help="Write the scores to this JSON file")
    arguments = parser.parse_args()
    results = compare(spacy.load(arguments.model), arguments.corpus)
    header = ("system", "NEG P/R/F", "UNCERTAIN P/R/F", "mean F", "mean F of four values")
    print_results([Table("POLARITY of gold mentions", header, rows_of(results))])
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
