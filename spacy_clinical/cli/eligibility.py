"""`eligibility`: which patients fit a trial, which don't, and of whom nobody can tell."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from tqdm import tqdm
from wasabi import msg

from ..decisions.rule_sources import read_born, read_day
from ..eligibility import compile_criteria, read_criteria, screen
from ..eligibility.screening_tables import (
    check_screening_file,
    criterion_table,
    screening_table,
    write_screenings,
)
from ..files import check_outputs
from ..graph import read_graph
from ..knowledge.terminology_bases import open_base
from ..questions.concept_names import names_of
from . import options
from .util import print_tables


def eligibility_cli(
    source: options.Graph,
    criteria: Path = Arg(
        ..., help="Text: 'Inclusion criteria', 'Exclusion criteria', a line each below", exists=True
    ),
    kb: options.ConceptBase = None,
    patients: options.Patients = [],
    born: Path | None = Opt(None, "--born", help="TSV of `patient` and `born`, for ages"),
    as_of: options.AsOf = "",
    silence_is_no: bool = Opt(
        False, "--silence-is-no", help="Take what no note names for absent; results and ages never"
    ),
    output: Path | None = Opt(None, "--output", "-o", help="NAME.jsonl with evidence"),
    force: options.Force = False,
) -> None:
    """
    Hold the criteria of a trial against patients' notes. A criterion that isn't understood to its
    last word is shown, and is unknown for everybody.
    """
    check_outputs(output, force=force, sources=[source, criteria, kb, born])
    check_screening_file(output)
    graph, base = read_graph(source), open_base(kb)
    compiled = compile_criteria(read_criteria(criteria), names_of(graph, kb=base))
    print_tables([criterion_table(compiled)])
    found = screen(
        graph,
        compiled,
        kb=base,
        patients=patients or None,
        as_of=read_day(as_of),
        born=read_born(born),
        silence_is_no=silence_is_no,
    )
    screenings = list(tqdm(found, unit=" patients", disable=None))
    print_tables([screening_table(screenings)])
    if output is not None:
        write_screenings(screenings, output)
        msg.good(f"{len(screenings)} patients in {output}")
