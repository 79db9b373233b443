"""What the sample corpus's scores would be without learning.

    python benchmarks/sample_baselines.py      after: python -m spacy project run sample-data

Two baselines on the evaluation notes: the same pipeline with untrained heads; and, given the gold
mentions, every pair whose types fit related by the label that such pairs most often have.
"""

from collections import Counter
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.util import load_config

from spacy_clinical.cli.util import print_results
from spacy_clinical.corpus import make_corpus, read_docs
from spacy_clinical.docs import get_mentions, get_relation_rows, get_spans, set_relations
from spacy_clinical.evaluation.pipeline_evaluation import evaluate
from spacy_clinical.result_tables import score_table
from spacy_clinical.scoring.relation_scores import score_relations
from spacy_clinical.scoring.relations_given_gold import copy_gold_mentions

FOLDER = Path("corpus/sample")
NEAR = 25


def main() -> None:
    """Print both baselines."""
    paths = {f"paths.{part}": str(FOLDER / f"{part}.spacy") for part in ("train", "dev")}
    nlp = init_nlp(load_config("configs/sample.cfg", overrides=paths))
    scores = evaluate(nlp, FOLDER / "eval.spacy").scores["end_to_end"]
    every = score_relations(relate_everything(nlp))
    rows = {
        "untrained, entities": {x: scores[f"ents_{x}"] for x in "prf"},
        "untrained, relations": {x: scores[f"rel_micro_{x}"] for x in "prf"},
        "every fitting pair given gold mentions": {x: every[f"rel_micro_{x}"] for x in "prf"},
    }
    print_results([score_table("Sample evaluation notes, without learning", rows)])


def relate_everything(nlp: Language) -> list[Example]:
    """Relate all pairs of gold mentions within NEAR tokens by their types' most frequent label."""
    usual = usual_labels(nlp)
    examples = list(make_corpus(FOLDER / "eval.spacy")(nlp))
    for example in examples:
        copy_gold_mentions(example.reference, example.predicted)
        set_relations(example.predicted, fitting_pairs(example.predicted, usual))
    return examples


def usual_labels(nlp: Language) -> dict[tuple[str, str], str]:
    """The label that related mentions of two types most often have in training."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for doc in read_docs(FOLDER / "train.spacy", nlp):
        mentions = get_mentions(doc)
        for head, tail, label, _ in get_relation_rows(doc):
            types = (mentions[head].label, mentions[tail].label)
            counts.setdefault(types, Counter())[label] += 1
    return {types: found.most_common(1)[0][0] for types, found in counts.items()}


def fitting_pairs(
    doc: Doc, usual: dict[tuple[str, str], str]
) -> list[tuple[int, int, str, float | None]]:
    """All pairs of near mentions whose types are ever related."""
    spans = list(enumerate(get_spans(doc)))
    return [
        (i, j, usual[(head.label_, tail.label_)], None)
        for i, head in spans
        for j, tail in spans
        if (head.label_, tail.label_) in usual and abs(head.start - tail.start) <= NEAR
    ]


if __name__ == "__main__":
    main()
