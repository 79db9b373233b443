"""`lint-context`: faults of tables of assertion rules."""

from spacy.cli._util import Arg, Opt

from ..context.rule_faults import CATEGORIES, find_rule_faults
from ..result_tables import Table
from .util import app, print_results


@app.command("lint-context")
def lint_context_cli(
    tables: list[str] = Arg(..., help="Packaged tables (en...) and files, in the config's order"),
    category: list[str] = Opt([], "--category", "-c", help="One more category that is known"),
) -> None:
    """Show rows of tables of assertion rules that can't be read, can never hold, or say what
    another row says, with file and line. Exits with 1 where there are any."""
    faults = find_rule_faults(tables, (*CATEGORIES, *category))
    print_results(Table("Faults", ("where", "kind", "what"), faults))
    if faults:
        raise SystemExit(1)
    print_results("No faults")
