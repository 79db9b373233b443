"""`doctor`: what is installed, what doesn't go together, and whether a pipeline runs."""

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..errors import CommandError, Errors
from ..packaging.diagnosis import find_problems, installation_tables, try_model, unread_language
from ..result_tables import Table
from .util import print_tables


def doctor_cli(
    model: str | None = Arg(None, help="Installed pipeline or its folder, to be tried out"),
    insist: bool = Opt(False, "--insist", help="An encoder of another language is no problem"),
) -> None:
    """
    Show versions, extras and engines, look for packages that don't go together, and try a pipeline.
    """
    print_tables(installation_tables())
    problems = find_problems()
    if model is not None:
        nlp, rows = try_model(model)
        print_tables([Table("Pipeline", ("", ""), rows)])
        problems += [] if insist else unread_language(nlp)
    for problem in problems:
        msg.warn(problem.what, problem.advice)
    if problems:
        raise CommandError(Errors.SC545.format(n=len(problems)))
    msg.good("No problem found")
