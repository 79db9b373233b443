"""The notes that a person should look at first: those whose silver annotation is least certain."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..corpus.corpus_files import Corpus, format_to_write, read_records
from ..formats import write
from ..plurals import counted
from ..records import Record
from ..result_tables import Message, Result, Table, count_table


def choose_for_review(
    corpus: Corpus, n: int = 50, *, without: Iterable[str] = ()
) -> list[tuple[Record, float]]:
    """Choose the least certain notes (uncertainty sampling; Lewis and Gale 1994, "A sequential
    algorithm for training text classifiers").

    corpus (Corpus): With scores on mentions, such as silver annotation or predictions.
    n (int): Notes at most.
    without (Iterable[str]): Ids of notes that have been looked at, such as gold notes.
    RETURNS (list[tuple[Record, float]]): Each note with the mean of 1 - |2 score - 1| over its
        mentions: 0 if all are sure, 1 if all stand at a half. Least certain first.
    """
    seen = set(without)
    rated = [(record, _doubt(record)) for record in read_records(corpus) if record.id not in seen]
    return sorted(rated, key=lambda pair: -pair[1])[:n]


def _doubt(record: Record) -> float:
    scores = [entity.score for entity in record.entities if entity.score is not None]
    doubts = [1 - abs(2 * score - 1) for score in scores]
    return sum(doubts) / len(doubts) if doubts else 0.0


def doubt_table(chosen: Sequence[tuple[Record, float]], limit: int = 20) -> Table:
    """Lay out what to look at first.

    chosen (Sequence[tuple[Record, float]]): As `choose_for_review` gives them.
    limit (int): Rows at most.
    RETURNS (Table): A row a note.
    """
    rows = [(record.id, len(record.entities), f"{doubt:.2f}") for record, doubt in chosen[:limit]]
    return Table("Least certain", ("note", "mentions", "doubt"), rows)


def write_for_review(
    corpus: Path, target: Path, n: int = 50, without: Path | None = None, to: str | None = None
) -> list[Result]:
    """Write the least certain notes, for people to correct.

    corpus (Path): With scores on mentions.
    target (Path): A file or folder.
    n (int): Notes at most.
    without (Path | None): A corpus of notes that have been looked at.
    to (str | None): The target's format, if its name doesn't tell.
    RETURNS (list[Result]): What to look at first, and what the format has no place for.
    """
    seen = [record.id for record in read_records(without)] if without else []
    chosen = choose_for_review(corpus, n, without=seen)
    left_out: Counter[str] = Counter()
    records = [record for record, _ in chosen]
    write(records, target, to or format_to_write(target), left_out=left_out)
    done = Message(f"{counted(len(chosen), 'document')} to {target}")
    return [doubt_table(chosen), count_table("Left out", +left_out), done]
