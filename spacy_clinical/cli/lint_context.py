"""`lint-context`: faults of tables of assertion rules."""

from spacy.cli._util import Arg, Opt
from typer import Exit
from wasabi import msg

from ..context.rule_faults import CATEGORIES, find_rule_faults
from ..result_tables import Table
from .util import print_tables


def lint_context_cli(
    tables: list[str] = Arg(
        ..., help="Packaged tables (en, zh...) and files, in the config's order"
    ),
    category: list[str] = Opt([], "--category", "-c", help="One more category that is known"),
) -> None:
    """
    Show rows of tables of assertion rules that can't be read, can never hold, or say what another
    row says, with file and line. Exits with 1 where there are any.
    """
    faults = find_rule_faults(tables, (*CATEGORIES, *category))
    print_tables([Table("Faults", ("where", "kind", "what"), faults)])
    if faults:
        raise Exit(1)
    msg.good("No faults")
