"""`evidence`: what a graph says of one drug, for and against."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..files import check_outputs
from ..graph import ROLES, Answer, Lookup, read_graph, read_roles
from ..graph.answer_files import write_answer
from ..signals.drug_evidence import evidence_on
from .graph_query import print_answer
from .util import FORCE, clear_errors


def evidence_cli(
    source: Path = Arg(..., help="A graph that `graph build` wrote"),
    drug: str = Opt(..., "--drug", "-d", help="A name of the drug, or its identifier"),
    output: Path | None = Opt(None, "--output", "-o", help="Write all rows to NAME.csv or .json"),
    limit: int = Opt(40, "--limit", "-n", help="Rows to print at most, 0 for all"),
    roles: Path | None = Opt(None, "--roles", "-r", help="A JSON table of what labels stand for"),
    force: bool = Opt(False, "--force", "-F", help=FORCE),
) -> None:
    """
    Show what notes or papers say of a drug: treats, causes, and whatever else; where it is said,
    where it is denied, and where it is doubted. A table of evidence: nothing is ranked.
    """
    with clear_errors():
        check_outputs(output, force=force, sources=[source, roles])
        lookup = Lookup(read_graph(source), read_roles(roles) if roles else ROLES)
        answer = Answer(list(evidence_on(lookup, drug)))
        if output is not None:
            write_answer(answer, output)
            msg.good(f"{len(answer.rows)} rows in {output}")
        print_answer(answer, "evidence", limit)
