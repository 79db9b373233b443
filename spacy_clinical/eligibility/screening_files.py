"""A trial's criteria, patients and their screenings in files: what `eligibility` does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from ..decisions.rule_sources import read_born, read_day
from ..errors import CommandError, Errors
from ..graph import read_graph
from ..json_io import write_json_lines
from ..knowledge.terminology_bases import open_base
from ..questions.concept_names import names_of
from .criteria import read_criteria
from .criterion_compiler import Compiled, compile_criteria
from .screening import Screening, screen


@dataclass(frozen=True)
class Screened:
    """Patients and a trial.

    criteria (Sequence[Compiled]): How the criteria are understood.
    screenings (Sequence[Screening]): One a patient.
    """

    criteria: Sequence[Compiled]
    screenings: Sequence[Screening]


def screen_files(
    graph: Path,
    criteria: Path,
    kb: Path | None = None,
    patients: Iterable[str] = (),
    as_of: str = "",
    born: Path | None = None,
    silence_is_no: bool = False,
) -> Screened:
    """Hold the criteria of a file against the patients of a graph.

    graph (Path): The graph.
    criteria (Path): Text, see `read_criteria`.
    kb (Path | None): A knowledge base.
    patients (Iterable[str]): Whose, none for all.
    as_of (str): The day, YYYY-MM-DD; each one's newest note for "".
    born (Path | None): A TSV of birthdays.
    silence_is_no (bool): As for `screen`.
    RETURNS (Screened): The criteria and the patients. A progress bar is shown on a terminal.
    """
    read, base, day = read_graph(graph), open_base(kb), read_day(as_of)
    compiled = compile_criteria(read_criteria(criteria), names_of(read, kb=base))
    found = screen(
        read,
        compiled,
        kb=base,
        patients=list(patients) or None,
        as_of=day,
        born=read_born(born),
        silence_is_no=silence_is_no,
    )
    return Screened(compiled, list(tqdm(found, unit=" patients", disable=None)))


def check_screening_file(path: Path | None) -> None:
    """Raise CommandError for another name than NAME.jsonl; None for no file is passed over."""
    if path is not None and path.suffix != ".jsonl":
        raise CommandError(Errors.SC577.format(path=path))


def write_screenings(screenings: Sequence[Screening], path: Path) -> None:
    """Write screenings with their evidence as JSON lines, whole or not at all."""
    write_json_lines((one.to_dict() for one in screenings), path)
