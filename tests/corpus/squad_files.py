"""A tiny file in the form of SQuAD, in words that the tiny encoder knows."""

import json
from pathlib import Path
from typing import Any

TEXT = (
    "The patient was given aspirin for pain.\n"
    "The patient was given metformin for type 2 diabetes.\n"
    "No rash and no fever after aspirin daily."
)
QUESTIONS = [
    ("q1", "given for pain", "aspirin", 22),
    ("q2", "given for diabetes", "metformin", 62),
    ("q3", "the fever", "", 0),
]


def row(id: str, question: str, answer: str, start: int) -> dict[str, Any]:
    """A question; without answer it is impossible."""
    answers = [{"text": answer, "answer_start": start}] if answer else []
    return {"id": id, "question": question, "answers": answers, "is_impossible": not answer}


def write_squad(path: Path, text: str = TEXT, questions: Any = QUESTIONS) -> Path:
    """Write a file of one text."""
    paragraph = {"context": text, "qas": [row(*one) for one in questions]}
    content = {"data": [{"paragraphs": [paragraph]}]}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path
