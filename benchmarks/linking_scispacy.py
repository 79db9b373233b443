"""Run by linking.py with the Python of an environment with scispaCy: its linker on our base.

PYTHON linking_scispacy.py BASE MENTIONS.json RANKED.json CACHE
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import scispacy.abbreviation
import scispacy.linking  # noqa: F401
import spacy
from spacy.language import Language


def main(base: str, source: str, target: str, cache: str) -> None:
    """Link the mentions of every document, write the candidates in order."""
    task = json.loads(Path(source).read_text(encoding="utf-8"))
    nlp = spacy.blank("en")
    nlp.add_pipe("abbreviation_detector")
    generator = {"@misc": "spacy-clinical.ScispacyCandidates.v1", "kb": base, "cache": cache}
    config = {
        "candidate_generator": generator,
        "threshold": 0.0,
        "filter_for_definitions": False,
        "max_entities_per_mention": task["k"],
    }
    start = time.perf_counter()
    linker = nlp.add_pipe("scispacy_linker", config=config)
    print(f"scispaCy's index: {time.perf_counter() - start:.0f} s", flush=True)
    ranked = []
    for resolve in (False, True):
        linker.resolve_abbreviations = resolve
        ranked.append(link(nlp, task["docs"]))
    Path(target).write_text(json.dumps(ranked), encoding="utf-8")


def link(nlp: Language, docs: list[dict[str, Any]]) -> list[list[str]]:
    """RETURNS (list[list[str]]): The candidates of each mention of each document."""
    ranked = []
    for row in docs:
        doc = nlp.make_doc(row["text"])
        spans = [doc.char_span(start, end, label="DISEASE") for start, end in row["mentions"]]
        doc.ents = [span for span in spans if span is not None]
        for _, component in nlp.pipeline:
            doc = component(doc)
        ranked += [[c for c, _ in s._.kb_ents] if s is not None else [] for s in spans]
    return ranked


if __name__ == "__main__":
    main(*sys.argv[1:])
