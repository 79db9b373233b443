"""`card`: what a package's card says and leaves open, and the same in other people's forms."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..errors import CommandError, Errors
from ..files import check_outputs, new_file
from ..packaging.card_templates import TEMPLATES
from ..packaging.source_attributes import NOT_GIVEN, attributes, read_card
from ..packaging.verification import find_folder
from . import options
from .util import Commands, print_table

card_app = Commands(name="card", help="Model cards: check, show.")
MODEL = "Packaged pipeline, installed or a folder; nothing of it is run"


@card_app.command("check")
def check_cli(
    model: str = Arg(..., help=MODEL),
    require: bool = Opt(False, "--require", help="Exit 2 if an attribute is not given"),
) -> None:
    """
    List the 31 source attributes of HTI-1 (45 CFR 170.315(b)(11)), who gave each, and which nobody
    did. What only people know goes into a YAML file for `package --card`.
    """
    card = read_card(find_folder(model))
    rows = [
        (a.paragraph, a.key, card.sources.get(a.key, NOT_GIVEN), a.meaning[:60])
        for a in attributes()
    ]
    print_table(f"{card.name} {card.version}", rows, ("", "attribute", "given by", "meaning"))
    given = len(rows) - len(card.missing)
    msg.info(f"{given} of {len(rows)} source attributes are given")
    for attribute in card.missing:
        msg.text(f"{attribute.key}: {attribute.meaning}")
    if require and card.missing:
        raise SystemExit(2)


@card_app.command("show")
def show_cli(
    model: str = Arg(..., help=MODEL),
    output: Path | None = Opt(None, "--output", "-o", help="A file; else it is printed"),
    to: str = Opt("hti1", "--to", help="hti1: Markdown; chai: applied model card, XML"),
    force: options.Force = False,
) -> None:
    """
    Write the card as HTI-1's attributes in Markdown, or as CHAI's applied model card in XML.
    """
    check_outputs(output, force=force)
    if to not in TEMPLATES:
        known = ", ".join(TEMPLATES)
        raise CommandError(Errors.SC519.format(what="card", name=to, known=known))
    text = TEMPLATES[to](read_card(find_folder(model)))
    if output is None:
        print(text)
        return
    with new_file(output) as file:
        file.write(text.encode())
    msg.good(f"Card in {output}")
