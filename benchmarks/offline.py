"""Load an installed pipeline with the network blocked, and compare the ways to run and keep it."""

import pickle
import socket
import sys
from typing import Any


def no_network(self: socket.socket, address: Any) -> None:
    if self.family != socket.AF_UNIX:
        raise OSError("the network is blocked")


socket.socket.connect = no_network  # type: ignore[method-assign]

import spacy  # noqa: E402
from spacy.tokens import Doc, DocBin  # noqa: E402

TEXTS = [
    "The patient was diagnosed with type 2 diabetes and prescribed metformin.",
    "She developed a rash after amoxicillin 500 mg three times daily.",
    "",
    "No evidence of pneumonia. Lisinopril 10 mg PO daily for hypertension.",
]


def found(doc: Doc) -> list[tuple[Any, ...]]:
    """Everything that was predicted, scores to four digits."""
    mentions = [(e.text, e.label_, round(e._.score, 4)) for e in doc.ents]
    relations = [(r.head.text, r.label, r.tail.text, round(r.score, 4)) for r in doc._.relations]
    return [*mentions, *relations]


def main(name: str) -> None:
    nlp = spacy.load(name)
    docs = [nlp(text) for text in TEXTS]
    alone = [found(doc) for doc in docs]
    batch = [found(doc) for doc in nlp.pipe(TEXTS)]
    processes = [found(doc) for doc in nlp.pipe(TEXTS, n_process=2, batch_size=2)]
    stored = DocBin(docs=docs).to_bytes()
    kept = {
        "nlp.pipe": batch,
        "n_process=2": processes,
        "DocBin": [found(d) for d in DocBin().from_bytes(stored).get_docs(nlp.vocab)],
        "to_bytes": [found(Doc(nlp.vocab).from_bytes(d.to_bytes())) for d in docs],
        "pickle": [found(pickle.loads(pickle.dumps(d))) for d in docs],
        "Doc.copy": [found(d.copy()) for d in docs],
    }
    for row in alone[0]:
        print(row)
    for way, result in kept.items():
        print(f"{way}: {'equal' if result == alone else 'DIFFERENT'}")
    sys.exit(any(result != alone for result in kept.values()))


if __name__ == "__main__":
    main(sys.argv[1])
