"""Many questions: from files, answered one by one, and answers into files."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from ..errors import AskError, Errors
from ..files import new_file
from .answer import Answer
from .answering import Asker


def read_questions(path: Path) -> list[tuple[str, str]]:
    """Read questions.

    path (Path): A JSON object a line, with `question` and perhaps `patient`.
    RETURNS (list[tuple[str, str]]): Question and patient. Raises AskError for another line.
    """
    found = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        what = f"it can't be read ({type(error).__name__})"
        raise AskError(Errors.SC969.format(path=path, what="questions", found=what)) from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            found.append(_question(path, number, line))
    return found


def _question(path: Path, number: int, line: str) -> tuple[str, str]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    asked = row.get("question") if isinstance(row, dict) else None
    whose = row.get("patient", "") if isinstance(row, dict) else ""
    if not isinstance(asked, str) or not asked.strip() or not isinstance(whose, str):
        found = "no JSON object" if row is None else "another shape"
        raise AskError(Errors.SC962.format(path=path, line=number, found=found))
    return asked, whose


def answer_all(
    asker: Asker,
    questions: Sequence[tuple[str, str]],
    patient: str = "",
    *,
    progress: bool | None = False,
) -> Iterator[Answer]:
    """Answer questions; one that can't be asked never stops the others.

    asker (Asker): The notes.
    questions (Sequence[tuple[str, str]]): Question and patient, "" where it isn't said.
    patient (str): Whose notes then.
    progress (bool | None): Show a progress bar; None if there is a terminal.
    YIELDS (Answer): One a question, in order; why there is none of a patient who isn't there.
    """
    hidden = None if progress is None else not progress
    for question, whose in tqdm(questions, unit=" questions", disable=hidden):
        try:
            yield asker(question, whose or patient)
        except AskError as error:
            yield Answer(question, whose, text=str(error), why=str(error))


def write_answers(answers: Iterable[Answer], path: Path) -> None:
    """Write answers as JSON lines, whole or not at all."""
    with new_file(path) as file:
        for answer in answers:
            line = json.dumps(answer.to_dict(), ensure_ascii=False)
            file.write(f"{line}\n".encode())
