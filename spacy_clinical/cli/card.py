"""`card`: what a package's card says and leaves open, and the same in other people's forms."""

from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt

from ..files import new_file
from ..packaging.card_templates import fill_card
from ..packaging.source_attributes import card_results, read_card
from ..pipeline_folder import find_folder
from . import options
from .util import app, print_results

card_app = app.group("card", "Model cards: check, show.")
Packaged = Annotated[str, Arg(help="Packaged pipeline, installed or a folder; it isn't run")]


@card_app.command("check")
def check_cli(
    model: Packaged,
    require: bool = Opt(False, "--require", help="Exit 2 if an attribute is not given"),
) -> None:
    """List the 31 source attributes of HTI-1 (45 CFR 170.315(b)(11)), who gave each, and which
    nobody did. What only people know goes into a YAML file for `package --card`."""
    card = read_card(find_folder(model))
    print_results(card_results(card))
    if require and card.missing:
        raise SystemExit(2)


@card_app.command("show", writes=["output"])
def show_cli(
    model: Packaged,
    output: Path | None = Opt(None, "--output", "-o", help="A file; else it is printed"),
    to: str = Opt("hti1", help="hti1: Markdown; chai: applied model card, XML"),
    force: options.Force = False,
) -> None:
    """Write the card as HTI-1's attributes in Markdown, or as CHAI's applied model card in XML."""
    text = fill_card(read_card(find_folder(model)), to)
    if output is None:
        print(text)
        return
    with new_file(output) as file:
        file.write(text.encode())
    print_results(f"Card in {output}")
