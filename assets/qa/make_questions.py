"""Questions made of sentences, put before real ones: `python assets/qa/make_questions.py FILE OUT`.

A reader that begins with a thousand real questions has much to learn from them that isn't theirs:
to look for a question's words and to mark what follows. That can be learned from any text. A
sentence is cut behind a verb or a preposition that a table names; what stands before becomes the
question by the table's words, what stands behind it the answer ("The virus enters cells by binding
to ACE2." gives "How enters the virus cells" no grammar, but "How the virus enters cells?"). So
questions are made without answers being known, as in Lewis et al., "Unsupervised Question Answering
by Cloze Translation" (ACL 2019), but without a language model.

OUT has the made questions once and the real ones --passes times after them, for a training that
reads it once, in order. FILE and OUT are in the JSON of SQuAD.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CUTS = {
    "because": "Why",
    "due to": "Why",
    "in order to": "Why",
    "caused by": "What causes that",
    "by": "How",
    "using": "How",
    "is": "What is",
    "are": "What are",
    "was": "What was",
    "were": "What were",
    "include": "What do include",
    "includes": "What does include",
    "such as": "What are",
    "showed that": "What showed",
    "suggest that": "What suggest",
    "found that": "What found",
    "leads to": "What leads to",
    "associated with": "What is associated with",
}
CUT = re.compile(r"\b(" + "|".join(sorted(CUTS, key=len, reverse=True)) + r")\b")
SENTENCE = re.compile(r"[A-Z][^.?!\n]{60,350}(?:\.\d[^.?!\n]*)*\.(?=\s)")
END = re.compile(r"[,;(]| and (?=\w+ \w+ \w+)| which | while | but ")
FEWEST, LONGEST, MOST = 2, 14, 25  # words of a question's part, and of an answer
LEFT_OUT = 0.15  # share of a question's words


def make(text: str, chance: random.Random) -> Iterator[tuple[str, int, str]]:
    """Make questions of a text.

    text (str): The text.
    chance (Random): Chooses places, and words that are left out.
    YIELDS (tuple[str, int, str]): Question, the answer's first character, the answer.
    """
    for sentence in SENTENCE.finditer(text):
        cuts = [cut for cut in CUT.finditer(sentence[0]) if fits(sentence[0], cut)]
        if cuts:
            cut = chance.choice(cuts)
            start = sentence.start() + cut.end() + 1
            answer = answer_of(sentence[0][cut.end() + 1 : -1])
            if FEWEST <= len(answer.split()) <= MOST:
                yield question_of(sentence[0][: cut.start()], cut[1], chance), start, answer


def fits(sentence: str, cut: "re.Match[str]") -> bool:
    """RETURNS (bool): Whether enough words stand on both sides."""
    before, behind = sentence[: cut.start()].split(), sentence[cut.end() :].split()
    return FEWEST <= len(before) <= LONGEST and len(behind) >= FEWEST


def answer_of(rest: str) -> str:
    """RETURNS (str): What follows the cut, as far as its clause goes."""
    ends = [end.start() for end in END.finditer(rest) if len(rest[: end.start()].split()) > 1]
    return rest[: ends[0]].rstrip() if ends else rest


def question_of(before: str, cut: str, chance: random.Random) -> str:
    """RETURNS (str): A question, some words left out so that matching words isn't all."""
    words = [word.strip(",;:()") for word in before.split()]
    kept = [word for word in words if chance.random() > LEFT_OUT]
    first, *others = kept or words
    lowered = first if first[1:].lower() != first[1:] else first.lower()
    return f"{CUTS[cut]} {' '.join([lowered, *others])}?"


def made_part(part: dict[str, Any], name: str, most: int, chance: random.Random) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): The text with made questions in place of its own."""
    found = list(make(part["context"], chance))
    chosen = chance.sample(found, min(most, len(found)))
    asked = [
        {
            "id": f"made-{name}-{number}",
            "question": question,
            "answers": [{"text": answer, "answer_start": start}],
        }
        for number, (question, start, answer) in enumerate(chosen)
    ]
    return {**part, "qas": asked}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--made", type=int, default=3000, help="questions to make")
    parser.add_argument("--passes", type=int, default=4, help="times that the real ones come")
    options = parser.parse_args()
    chance = random.Random(0)
    articles = json.loads(options.file.read_text(encoding="utf-8"))["data"]
    parts = [part for article in articles for part in article["paragraphs"]]
    each = -(-options.made // max(1, len(parts)))
    made = [made_part(part, str(n), each, chance) for n, part in enumerate(parts)]
    chance.shuffle(made)
    again = [chance.sample(parts, len(parts)) for _ in range(options.passes)]
    together = [{"paragraphs": [part]} for part in (*made, *(p for some in again for p in some))]
    text = json.dumps({"data": together}, ensure_ascii=False)
    options.out.write_text(text, encoding="utf-8")
    count = sum(len(part["qas"]) for part in made)
    real = sum(len(part["qas"]) for part in parts)
    print(f"{count} questions made of {len(parts)} texts, {options.passes} times {real} real ones")


if __name__ == "__main__":
    main()
