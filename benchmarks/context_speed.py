"""How fast the rules are: sentences, sections and assertions of documents full of mentions.

    python benchmarks/context_speed.py CORPUS.spacy ...      # such as corpus/sample/eval.spacy

Gold mentions are given; the time is that of the three components, in CPU seconds of one process,
the best of five rounds.
"""

import sys
import time
from pathlib import Path

import spacy
from spacy.tokens import Doc, Span

from spacy_clinical.corpus import read_docs
from spacy_clinical.docs import get_spans, set_mentions

NAMES = ("clinical_sentences", "clinical_sections", "clinical_context")


def main() -> None:
    """Print tokens a second for each file."""
    nlp = spacy.blank("en")
    for name in NAMES:
        nlp.add_pipe(name)
    for path in map(Path, sys.argv[1:]):
        gold = list(read_docs(path, nlp))
        tokens, mentions = sum(map(len, gold)), sum(len(get_spans(doc)) for doc in gold)
        best = dict.fromkeys(NAMES, float("inf"))
        for _ in range(5):
            docs = [bare(doc) for doc in gold]
            for name in NAMES:
                start = time.process_time()
                docs = [nlp.get_pipe(name)(doc) for doc in docs]
                best[name] = min(best[name], time.process_time() - start)
        print(f"{path.name}: {len(gold)} documents, {tokens} tokens, {mentions} mentions")
        for name, seconds in {**best, "all": sum(best.values())}.items():
            print(f"    {name:20}{tokens / seconds:12,.0f} tokens a second")


def bare(gold: Doc) -> Doc:
    """A copy with the mentions, their labels, and nothing else."""
    doc = Doc(gold.vocab, [t.text for t in gold], [bool(t.whitespace_) for t in gold])
    spans = [Span(doc, span.start, span.end, label=span.label_) for span in get_spans(gold)]
    set_mentions(doc, spans, set_ents=False)
    return doc


if __name__ == "__main__":
    main()
