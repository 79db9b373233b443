"""`doctor`: what is installed, what doesn't go together, and whether a pipeline runs."""

from spacy.cli._util import Arg, Opt

from ..packaging import installation_check
from ..result_tables import Table
from .util import app, print_results


@app.command("doctor")
def doctor_cli(
    model: str | None = Arg(None, help="Installed pipeline or its folder, to be tried out"),
    insist: bool = Opt(False, "--insist", help="An encoder of another language is no problem"),
) -> None:
    """Show versions, extras and engines, look for packages that don't go together, and try a
    pipeline."""
    print_results(installation_check.installation_tables())
    problems = installation_check.find_problems()
    if model is not None:
        nlp, rows = installation_check.try_model(model)
        print_results(Table("Pipeline", ("", ""), rows))
        problems += [] if insist else installation_check.unread_language(nlp)
    print_results(installation_check.problem_results(problems))
