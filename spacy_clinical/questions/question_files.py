"""Many questions: from files, answered one by one, and answers into files."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tqdm import tqdm

from ..errors import AskError, Errors
from ..files import new_file
from ..graph import read_roles
from ..installed import load_model
from ..knowledge.terminology_bases import open_base
from .answer import Answer
from .answering import Asker
from .note_reading import NoteReader
from .sentence_vectors import find_vectors


def open_asker(
    graph: Path,
    texts: Mapping[str, str],
    kb: Path | None = None,
    encoder: str = "",
    reader: str = "",
    roles: Path | None = None,
) -> Asker:
    """Open what questions are put to.

    graph (Path): Of the notes.
    texts (Mapping[str, str]): The notes' texts by their ids, to quote from.
    kb (Path | None): A knowledge base for the names of concepts.
    encoder (str): A package or folder with weights for sentence vectors, "" for none.
    reader (str): A pipeline with `clinical_qa`, "" for none.
    roles (Path | None): A JSON table of what labels stand for.
    RETURNS (Asker): To be called with a question and a patient.
    """
    vectors = find_vectors(encoder)
    reads = NoteReader(load_model(reader), vectors=vectors) if reader else None
    base, known = open_base(kb), read_roles(roles)
    return Asker(graph, texts, kb=base, vectors=vectors, reader=reads, roles=known)


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
    questions: Path | Sequence[tuple[str, str]],
    patient: str = "",
    *,
    progress: bool | None = False,
) -> Iterator[Answer]:
    """Answer questions; one that can't be asked never stops the others.

    asker (Asker): The notes.
    questions (Path | Sequence[tuple[str, str]]): Question and patient, "" where it isn't said; or
        their file, see `read_questions`.
    patient (str): Whose notes then.
    progress (bool | None): Show a progress bar; None if there is a terminal.
    YIELDS (Answer): One a question, in order; why there is none of a patient who isn't there.
    """
    hidden = None if progress is None else not progress
    asked = read_questions(questions) if isinstance(questions, Path) else questions
    for question, whose in tqdm(asked, unit=" questions", disable=hidden):
        try:
            yield asker(question, whose or patient)
        except AskError as error:
            yield Answer(question, whose, text=str(error), why=str(error))


def answer_line(answer: Answer) -> str:
    """RETURNS (str): An answer as JSON on one line."""
    return json.dumps(answer.to_dict(), ensure_ascii=False)


def write_answers(answers: Iterable[Answer], path: Path) -> None:
    """Write answers as JSON lines, whole or not at all."""
    with new_file(path) as file:
        for answer in answers:
            file.write(f"{answer_line(answer)}\n".encode())
