"""Questions with answers in texts, in the JSON of SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018).

COVID-QA has it too. An answer there is a start and a text; of COVID-QA's file of 23 April 2020 234
of 1,380 starts are wrong. Such an answer is taken from the nearest place with its text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import CorpusError, Errors, FormatError
from ..formats.json_files import read_json
from ..formats.json_items import Repeated
from ..formats.rejected_documents import Part, Reject, settle

Extent = tuple[int, int]


@dataclass(frozen=True)
class GoldAnswers:
    """A question and its answers.

    id (str): Of the question.
    question (str): Its words.
    answers (tuple[tuple[int, int], ...]): Characters of the text, without white space at the ends;
        none where the text has no answer.
    """

    id: str
    question: str
    answers: tuple[Extent, ...]


@dataclass(frozen=True)
class AskedText:
    """A text and what is asked of it.

    id (str): Of the text.
    article (int): The number of the article that it is part of.
    text (str): The text.
    questions (tuple[GoldAnswers, ...]): The questions.
    """

    id: str
    article: int
    text: str
    questions: tuple[GoldAnswers, ...]


@dataclass
class SquadReader:
    """Reads a file.

    path (Path): JSON in the form of SQuAD.
    rejects (list[Reject] | None): Texts that can't be read, with their questions, are put there.
        None: an error names all of them when the others are read.
    moved (int): Answers that were read from another place than the file says.
    lost (int): Questions left out, as the text doesn't hold an answer's words.
    """

    path: Path
    rejects: list[Reject] | None = None
    moved: int = 0
    lost: int = 0

    def __iter__(self) -> Iterator[AskedText]:
        """YIELDS (AskedText): The texts. Raises CorpusError for a file of another form."""
        self.moved = self.lost = 0
        yield from settle(self._parts(), self.rejects)

    def _parts(self) -> Iterator[Part[AskedText]]:
        for number, article in enumerate(self._articles()):
            where = f"{self.path}, article {number + 1}"
            paragraphs = article.get("paragraphs") if isinstance(article, dict) else None
            if not isinstance(paragraphs, list):
                yield where, partial(self._refuse, where, "no paragraphs")
                continue
            for part, paragraph in enumerate(paragraphs):
                place = f"{where}, text {part + 1}"
                yield place, partial(self._text, number, part, paragraph, place)

    def _articles(self) -> list[Any]:
        try:
            content = read_json(Path(self.path))
        except (OSError, FormatError) as error:
            found = "no JSON" if isinstance(error, FormatError) else type(error).__name__
            raise CorpusError(Errors.SC976.format(path=self.path, found=found)) from None
        articles = content.get("data") if isinstance(content, dict) else None
        if not isinstance(articles, list) or isinstance(content, Repeated):
            raise CorpusError(Errors.SC976.format(path=self.path, found="no data, or twice"))
        return articles

    def _refuse(self, where: str, found: str) -> AskedText:
        raise CorpusError(Errors.SC976.format(path=where, found=found))

    def _text(self, article: int, part: int, paragraph: Any, where: str) -> AskedText:
        try:
            text = _string(paragraph["context"])
            asked = tuple(self._questions(text, paragraph["qas"]))
            name = str(paragraph.get("document_id", f"{article}.{part}"))
            return AskedText(name, article, text, asked)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self._refuse(where, type(error).__name__)

    def _questions(self, text: str, rows: list[dict[str, Any]]) -> Iterator[GoldAnswers]:
        for row in rows:
            empty = row.get("is_impossible", False)
            given = [] if empty else [one for one in row["answers"] if one["text"].strip()]
            found = [self._place(text, one["text"], one["answer_start"]) for one in given]
            places = tuple(dict.fromkeys(place for place in found if place is not None))
            if given and not places:
                self.lost += 1
            else:
                words = " ".join(_string(row["question"]).split())
                yield GoldAnswers(str(row["id"]), words, places)

    def _place(self, text: str, answer: str, start: int) -> Extent | None:
        """Where an answer's words are: where it says, or the nearest place that has them."""
        start += len(answer) - len(answer.lstrip())
        words = answer.strip()
        if start >= 0 and text.startswith(words, start):
            return start, start + len(words)
        low = max(start, 0)
        before, after = text.rfind(words, 0, low + len(words)), text.find(words, low)
        places = [place for place in (before, after) if place >= 0]
        if not places:
            return None
        self.moved += 1
        nearest = min(places, key=lambda place: abs(place - start))
        return nearest, nearest + len(words)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
