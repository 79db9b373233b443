"""`evidence`: what a graph says of one drug, for and against."""

from spacy.cli._util import Opt

from ..graph import Answer, Lookup, read_graph, read_roles
from ..graph.answer_files import write_answer
from ..graph.graph_questions import answer_tables
from ..signals.drug_evidence import evidence_on
from . import options
from .util import app, counted, print_results


@app.command("evidence", writes=["output"])
def evidence_cli(
    source: options.Graph,
    drug: str = Opt(..., "--drug", "-d", help="A name of the drug, or its identifier"),
    output: options.RowsFile = None,
    limit: options.RowLimit = 40,
    roles: options.LabelRoles = None,
    force: options.Force = False,
) -> None:
    """Show what notes or papers say of a drug: treats, causes, and whatever else; where it is said,
    where it is denied, and where it is doubted. A table of evidence: nothing is ranked."""
    lookup = Lookup(read_graph(source), read_roles(roles))
    answer = Answer(list(evidence_on(lookup, drug)))
    if output is not None:
        write_answer(answer, output)
        print_results(f"{counted(len(answer.rows), 'row')} in {output}")
    print_results(answer_tables(answer, "evidence", limit))
