"""`eligibility`: which patients fit a trial, which don't, and of whom nobody can tell."""

import json
from collections import Counter
from pathlib import Path

from spacy.cli._util import Arg, Opt
from tqdm import tqdm
from wasabi import msg

from ..eligibility import Compiled, Screening, compile_criteria, read_criteria, screen
from ..eligibility.conditions import NO, UNKNOWN
from ..errors import CommandError, Errors
from ..files import check_outputs, new_file
from ..graph import read_graph
from ..knowledge.knowledge_base import KnowledgeBase
from ..questions.concept_names import names_of
from . import options
from .rules import read_born, read_day
from .util import print_table

HEADER = ("line", "part", "condition, or why there is none")
PATIENTS = ("patient", "status", "not met", "unknown")


def eligibility_cli(
    source: options.Graph,
    criteria: Path = Arg(
        ..., help="Text: 'Inclusion criteria', 'Exclusion criteria', a line each below", exists=True
    ),
    kb: options.Names = None,
    patients: options.Patients = [],
    born: Path | None = Opt(None, "--born", help="TSV of `patient` and `born`, for ages"),
    as_of: options.AsOf = "",
    silence_is_no: bool = Opt(
        False,
        "--silence-is-no",
        help="Take what no note names for absent; results and ages never",
    ),
    output: Path | None = Opt(None, "--output", "-o", help="NAME.jsonl with evidence"),
    force: options.Force = False,
) -> None:
    """
    Hold the criteria of a trial against patients' notes. A criterion that isn't understood to its
    last word is shown, and is unknown for everybody.
    """
    check_outputs(output, force=force, sources=[source, criteria, kb, born])
    if output is not None and output.suffix != ".jsonl":
        raise CommandError(Errors.SC577.format(path=output))
    graph = read_graph(source)
    base = KnowledgeBase(kb) if kb else None
    compiled = compile_criteria(read_criteria(criteria), names_of(graph, kb=base))
    print_table("Criteria", [_criterion_row(one) for one in compiled], HEADER)
    found = screen(
        graph,
        compiled,
        kb=base,
        patients=patients or None,
        as_of=read_day(as_of) if as_of else None,
        born=read_born(born) if born else None,
        silence_is_no=silence_is_no,
    )
    screenings = list(tqdm(found, unit=" patients", disable=None))
    print_table("Patients", [_patient_row(one) for one in screenings], PATIENTS)
    counts = Counter(one.status for one in screenings)
    msg.text(", ".join(f"{n} {status}" for status, n in sorted(counts.items())))
    if output is not None:
        _write(screenings, output)


def _criterion_row(one: Compiled) -> tuple[int, str, str]:
    part = "in" if one.criterion.include else "out"
    return one.criterion.line, part, str(one) if one.conditions else f"none: {one.why}"


def _patient_row(one: Screening) -> tuple[str, str, str, str]:
    lines = [
        ", ".join(str(answer.compiled.criterion.line) for answer in one.of(value))
        for value in (NO, UNKNOWN)
    ]
    return one.patient, one.status, lines[0], lines[1]


def _write(screenings: list[Screening], output: Path) -> None:
    with new_file(output) as file:
        for one in screenings:
            file.write(f"{json.dumps(one.to_dict(), ensure_ascii=False)}\n".encode())
    msg.good(f"{len(screenings)} patients in {output}")
