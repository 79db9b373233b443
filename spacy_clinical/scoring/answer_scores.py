"""Answers as SQuAD scores them: exact match and F1 of words (Rajpurkar et al. 2016, 2018).

Both are of words in lower case, without punctuation and articles. The F1 counts words that both
have, as often as they have them; of several right answers the best one counts. Where there is no
answer, silence is 1 and anything else 0. Of Chinese, where SQuAD's official script would take a
sentence for one word, each character is a word.
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from spacy.training import Example

from ..docs.question_docs import get_answers, question_id, right_answers

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_HAN = re.compile(r"([\u2e80-\u9fff\uf900-\ufaff])")
HALF = 0.5  # F1 from which an answer is right, where one must say so


@dataclass
class ReadAnswer:
    """What was said to a question.

    right (list[str]): What would be right, empty where the text has no answer.
    found (str): The answer, "" for silence.
    score (float): Its score.
    """

    right: list[str]
    found: str = ""
    score: float = 0.0

    @property
    def exact(self) -> bool:
        """RETURNS (bool): Whether it is right to the word."""
        return exact_match(self.right, self.found)

    @property
    def f1(self) -> float:
        """RETURNS (float): In 0..1."""
        return answer_f1(self.right, self.found)


def make_answer_scorer() -> Callable[..., dict[str, Any]]:
    """Make the default scorer of `clinical_qa`.

    RETURNS (Callable): Takes examples, gives what `score_answers` gives.
    """
    return partial(_score)


def _score(examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
    return score_answers(examples)


def score_answers(examples: Iterable[Example]) -> dict[str, float | None]:
    """Score what was read: of all passages that a question is asked of, the best answer counts.

    examples (Iterable[Example]): Gold in the references, answers in the predicted documents.
    RETURNS (dict[str, float | None]): `qa_em` and `qa_f1` over all questions, `qa_answered` the
        share that has an answer, `qa_answered_f1` the F1 of those; None where nothing is asked.
    """
    read = list(best_answers(examples).values())
    answered = [one.f1 for one in read if one.found]
    return {
        "qa_em": _mean([float(one.exact) for one in read]),
        "qa_f1": _mean([one.f1 for one in read]),
        "qa_answered": _mean([float(bool(one.found)) for one in read]),
        "qa_answered_f1": _mean(answered),
    }


def best_answers(
    examples: Iterable[Example], known: dict[str, ReadAnswer] | None = None
) -> dict[str, ReadAnswer]:
    """Find the best answer to each question.

    examples (Iterable[Example]): Passages; those that nobody asked, or where nobody knows what is
        right, are left out.
    known (dict[str, ReadAnswer] | None): Of earlier passages; changed if given.
    RETURNS (dict[str, ReadAnswer]): By the question's id; one without id stands for itself.
    """
    found = {} if known is None else known
    for example in examples:
        right = right_answers(example.reference)
        if right is None:
            continue
        one = found.setdefault(
            question_id(example.reference) or f"passage {len(found)}", ReadAnswer(right)
        )
        for span, score in get_answers(example.predicted)[:1]:
            if not one.found or score > one.score:
                one.found, one.score = span.text, score
    return found


def exact_match(right: Sequence[str], found: str) -> bool:
    """Compare an answer with right ones.

    right (Sequence[str]): Right answers, none where there is no answer.
    found (str): The answer, "" for silence.
    RETURNS (bool): Whether it has the words of one of them, in their order.
    """
    return answer_words(found) in [answer_words(one) for one in right or [""]]


def answer_f1(right: Sequence[str], found: str) -> float:
    """Compare an answer with right ones by words.

    right (Sequence[str]): Right answers, none where there is no answer.
    found (str): The answer, "" for silence.
    RETURNS (float): The harmonic mean of precision and recall, of the right answer where it is
        best.
    """
    return max(_f1(answer_words(one), answer_words(found)) for one in right or [""])


def answer_words(text: str) -> list[str]:
    """RETURNS (list[str]): Words as SQuAD compares them."""
    bare = _HAN.sub(r" \1 ", text.lower().translate(_PUNCTUATION))
    return _ARTICLES.sub(" ", bare).split()


def _f1(right: list[str], found: list[str]) -> float:
    if not right or not found:
        return float(right == found)
    same = sum((Counter(right) & Counter(found)).values())
    return 2 * same / (len(right) + len(found))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
