"""What medspaCy's ConText says of mentions. Runs by a Python that has medspaCy, without ours.

    python benchmarks/medspacy_context.py CASES.json SAID.json

CASES is a list of {"text": ..., "mentions": [[start, end], ...]}, in characters; SAID a list of
lists of values. medspaCy finds sentences and sections by its own components, with its own rules.
"""

import json
import sys
from pathlib import Path

import medspacy
from loguru import logger
from spacy.util import filter_spans

FLAGS = {
    "is_negated": "absent",
    "is_uncertain": "possible",
    "is_hypothetical": "hypothetical",
    "is_historical": "historical",
    "is_family": "family",
}


def main() -> None:
    """Assert the mentions of a file; of mentions that overlap, one group after another."""
    logger.remove()
    nlp = medspacy.load(medspacy_enable=["medspacy_tokenizer", "medspacy_pyrush"])
    nlp.add_pipe("medspacy_context")
    said = []
    for case in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        doc = nlp.make_doc(case["text"])
        spans = [
            doc.char_span(*place, label="CONDITION", alignment_mode="expand")
            for place in case["mentions"]
        ]
        values = [["present"] for _ in spans]
        left = [i for i, span in enumerate(spans) if span is not None]
        while left:
            chosen = set(filter_spans([spans[i] for i in left]))
            taken = [i for i in left if spans[i] in chosen]
            doc.ents = list({(spans[i].start, spans[i].end): spans[i] for i in taken}.values())
            for _, component in nlp.pipeline:
                doc = component(doc)
            flags = {
                (e.start, e.end): [v for f, v in FLAGS.items() if e._.get(f)] for e in doc.ents
            }
            for i in taken:
                values[i] = flags[spans[i].start, spans[i].end] or ["present"]
            left = [i for i in left if i not in taken]
        said.append(values)
    Path(sys.argv[2]).write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    main()
