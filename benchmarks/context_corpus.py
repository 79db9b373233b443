"""The rules' assertions of a corpus's gold mentions.

python benchmarks/context_corpus.py corpus/sample/eval.spacy
"""

import sys
from pathlib import Path

import spacy

from spacy_clinical.cli.util import print_results
from spacy_clinical.corpus import make_corpus
from spacy_clinical.result_tables import score_table
from spacy_clinical.scoring.assertion_scores import score_assertions
from spacy_clinical.scoring.relations_given_gold import predict_with_gold_mentions


def main() -> None:
    """Print precision, recall and F1 of each value, and their mean."""
    nlp = spacy.blank("en")
    for name in ("clinical_sentences", "clinical_sections", "clinical_context"):
        nlp.add_pipe(name)
    for path in map(Path, sys.argv[1:]):
        examples = predict_with_gold_mentions(nlp, list(make_corpus(path)(nlp)))
        scores = score_assertions(examples)
        rows = {**scores["assertion_per_type"], "macro": {"f": scores["assertion_macro_f"]}}
        print_results([score_table(f"Rules on gold mentions of {path.name}", rows)])


if __name__ == "__main__":
    main()
