"""How good answers are, beside gold rows: exact sets, abstention, and what must never happen."""

import csv
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import AskError, Errors
from .answer import ANSWERED, STOPPED, YES, Answer

_SAFE = {"no", STOPPED, "past", "held", "possible", "resolved"}
DRAWS = 1000
COLUMNS = ("id", "patient", "tags", "question", "status", "rows")


@dataclass(frozen=True)
class GoldQuestion:
    """A question with its answer.

    id, patient, question (str): As they say.
    tags (frozenset[str]): "trap", "unanswerable", "disagree".
    rows (frozenset[str]): The values that answer it, without case; none if it has no answer.
    """

    id: str
    patient: str
    question: str
    tags: frozenset[str]
    rows: frozenset[str]


@dataclass
class QuestionScores:
    """Counts over questions.

    questions, right (int): All, and those whose rows are the gold's.
    answerable, answered_right (int): Those that have an answer, and those right.
    silent, noticed (int): Those that have none, and those where that is said.
    unsafe (list[str]): Questions whose answer states as present what the notes deny, say of
        a relative, only plan, or say that it was stopped.
    quotes, quotes_equal (int): Quotes, and those that are the note's own characters.
    wrong (list[str]): Questions that aren't right.
    calibration (list[tuple[float, bool]]): Confidence of each answer, and whether it is right.
    kinds (Counter[str]): How questions were understood.
    """

    questions: int = 0
    right: int = 0
    answerable: int = 0
    answered_right: int = 0
    silent: int = 0
    noticed: int = 0
    unsafe: list[str] = field(default_factory=list)
    quotes: int = 0
    quotes_equal: int = 0
    wrong: list[str] = field(default_factory=list)
    calibration: list[tuple[float, bool]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def calibration_error(self) -> float:
        """RETURNS (float): Expected calibration error over ten bins of confidence, of answers."""
        return expected_calibration_error(self.calibration)

    @property
    def calibration_interval(self) -> tuple[float, float]:
        """RETURNS (tuple[float, float]): Where the error lies in 95 of 100 draws of the answers."""
        pairs, draw = self.calibration, random.Random(0)
        return _middle([draw.choices(pairs, k=len(pairs)) for _ in range(DRAWS)] if pairs else [])

    @property
    def calibration_by_chance(self) -> tuple[float, float]:
        """RETURNS (tuple[float, float]): The same of as many answers whose confidence is just how
        often they are right: what an error says less than is no error."""
        draw = random.Random(0)
        drawn = ([(c, draw.random() < c) for c, _ in self.calibration] for _ in range(DRAWS))
        return _middle(list(drawn) if self.calibration else [])


def read_gold(path: Path) -> list[GoldQuestion]:
    """Read questions with their answers.

    path (Path): TSV with the columns id, patient, tags, question, status, rows; "#" begins a
        comment.
    RETURNS (list[GoldQuestion]): In order. Raises AskError for another table.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    table = csv.reader((line for line in lines if line[:1] != "#"), delimiter="\t", quoting=3)
    header = tuple(next(table, ()))
    if header != COLUMNS:
        found = f"the columns {', '.join(header) or 'none'}"
        raise AskError(Errors.SC969.format(path=path, what="questions", found=found))
    return [_gold(cells) for cells in table]


def _gold(cells: Sequence[str]) -> GoldQuestion:
    id, patient, tags, question, _, rows = (*cells, "")[:6]
    values = frozenset(row.strip().casefold() for row in rows.split(";") if row.strip())
    return GoldQuestion(id, patient, question, frozenset(tags.split()), values)


def score_questions(
    gold: Iterable[GoldQuestion],
    answer: Callable[[str, str], Answer],
    texts: Mapping[str, str],
) -> QuestionScores:
    """Score answers.

    gold (Iterable[GoldQuestion]): The questions.
    answer (Callable): Question and patient to answer.
    texts (Mapping[str, str]): The notes, to hold quotes against.
    RETURNS (QuestionScores): The counts.
    """
    scores = QuestionScores()
    for one in gold:
        _count(scores, one, answer(one.question, one.patient), texts)
    return scores


def _count(
    scores: QuestionScores, one: GoldQuestion, given: Answer, texts: Mapping[str, str]
) -> None:
    values = frozenset(row.value.casefold() for row in given.rows)
    right = values == one.rows
    scores.questions += 1
    scores.right += right
    scores.kinds[given.kind or given.status] += 1
    if one.rows:
        scores.answerable += 1
        scores.answered_right += right
    else:
        scores.silent += 1
        scores.noticed += given.abstained
    if not right:
        scores.wrong.append(one.id)
    if is_unsafe(one, given):
        scores.unsafe.append(one.id)
    if given.status == ANSWERED:
        scores.calibration.append((given.confidence, right))
    for quote in (quote for row in given.rows for quote in row.quotes):
        scores.quotes += 1
        scores.quotes_equal += texts[quote.document][quote.start : quote.end] == quote.text != ""


def is_unsafe(one: GoldQuestion, given: Answer) -> bool:
    """RETURNS (bool): Whether an answer says yes, or names things, where gold has no answer or says
    that it isn't so (any more)."""
    if given.status != ANSWERED or "trap" not in one.tags:
        return False
    values = {row.value.casefold() for row in given.rows}
    if one.rows & {"no", STOPPED, "past"} or not one.rows:
        return YES in values or not {word for value in values for word in value.split()} & _SAFE
    return False


def _middle(draws: Sequence[Sequence[tuple[float, bool]]]) -> tuple[float, float]:
    """The middle 95 of 100 of the errors of some draws."""
    errors = sorted(map(expected_calibration_error, draws)) or [0.0]
    return errors[int(0.025 * len(errors))], errors[int(0.975 * len(errors))]


def expected_calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """RETURNS (float): Mean distance of confidence and share of right ones, over equal bins."""
    error = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [(c, ok) for c, ok in pairs if low < c <= high or (number == 0 and c == 0)]
        if inside:
            sure = sum(c for c, _ in inside) / len(inside)
            share = sum(ok for _, ok in inside) / len(inside)
            error += len(inside) / len(pairs) * abs(sure - share)
    return error
