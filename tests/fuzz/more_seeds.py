"""Further files that people bring: questions with answers, criteria of trials."""

import json
from collections.abc import Iterator
from pathlib import Path

from spacy_clinical.corpus.question_corpus import read_questions
from spacy_clinical.corpus.squad import SquadReader
from spacy_clinical.eligibility import read_criteria
from spacy_clinical.eligibility.criterion_compiler import compile_criteria
from spacy_clinical.formats import Reject
from spacy_clinical.graph import build_graph
from spacy_clinical.questions.concept_names import names_of

from .seeds import NLP, RECORDS, TEXTS, Outcome, Seed

CRITERIA = """Inclusion criteria
1. Age 18 years or older
2. Type 2 diabetes, HbA1c above 7.5 %:
   - on metformin for at least 3 months
   - or on insulin
Exclusion criteria:
* Pregnancy
* Gout within the last 6 months, or allergy to aspirin
"""
NAMES = names_of(build_graph(RECORDS))


def _questions() -> bytes:
    words = ("Metformin", "gout", "effusion")
    paragraphs = [
        {
            "context": text,
            "qas": [
                {
                    "id": f"q{number}",
                    "question": f"What about {word}?",
                    "answers": [{"text": word, "answer_start": text.index(word)}],
                }
            ],
        }
        for number, (text, word) in enumerate(zip(TEXTS, words, strict=True))
    ]
    return json.dumps({"data": [{"paragraphs": paragraphs}]}, ensure_ascii=False).encode()


def _read_questions(path: Path) -> Outcome:
    rejects: list[Reject] = []
    list(read_questions(path, NLP, rejects=rejects))
    reader = SquadReader(path, [])
    found = [(text.id, text.text) for text in reader]
    return Outcome(found, reader.lost + len(rejects))


def _read_criteria(path: Path) -> Outcome:
    found = read_criteria(path)
    compiled = compile_criteria(found, NAMES)
    return Outcome([(str(one.criterion.line), one.criterion.text) for one in compiled])


def more_seeds() -> Iterator[Seed]:
    """Make a seed of each."""
    yield Seed("squad", {"x.json": [_questions()]}, _read_questions)
    yield Seed("criteria", {"x.txt": [CRITERIA.encode()]}, _read_criteria)
