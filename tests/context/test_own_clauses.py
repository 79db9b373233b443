"""Clauses that begin at a comma: what stands before doesn't reach into them."""

import pytest

from spacy_clinical.context.own_clauses import closed_lists, own_clauses, own_items

from ..growth import growth


@pytest.mark.parametrize(
    ("text", "mention", "begins"),
    [
        ("No diabetes, metformin is given.", "metformin", True),
        ("No diabetes, her metformin 500 mg was stopped.", "metformin", True),
        ("No fever, and cough has improved.", "cough", True),
        ("No infection, vancomycin discontinued.", "vancomycin", True),
        ("No fever, chills were reported.", "chills", False),
        ("No fever, chills have been clearly noted.", "chills", False),
        ("No fever, chills or cough.", "chills", False),
        ("No fever, or cough is seen.", "cough", False),
        ("No diabetes and metformin is given.", "metformin", False),
        ("No swelling, left elbow: bruise.", "bruise", True),
        ("No swelling, R/L difference: bruise.", "bruise", True),
        ("No swelling, namely: bruise.", "bruise", False),
        ("No swelling, including any: bruise.", "bruise", False),
        ("No swelling, seen at 12:30 bruise.", "bruise", False),
        ("Kein Fieber, Husten seit gestern.", "Husten", True),
        ("Kein Fieber, ein Erguss besteht links.", "Erguss", True),
        ("Kein Fieber, Husten oder Auswurf.", "Husten", False),
        ("Sin fiebre, tos leve.", "tos", True),
        ("Sin fiebre, tos ni disnea.", "tos", False),
    ],
)
def test_clauses(text: str, mention: str, begins: bool) -> None:
    place = text.index(mention)
    commas = [i for i, sign in enumerate(text) if sign == ","]
    found = own_clauses(text, [(place, place + len(mention))], commas)
    assert found == (commas if begins else [])


@pytest.mark.parametrize(
    ("text", "mentions", "closed"),
    [
        ("Erguss kleiner, Stauung nicht mehr zu sehen.", ("Erguss", "Stauung"), True),
        ("Husten und Fieber, Atemnot verneint.", ("Husten", "Fieber", "Atemnot"), True),
        ("Husten, Fieber und Atemnot verneint.", ("Husten", "Fieber", "Atemnot"), False),
        ("Fiebre y tos, disnea negada.", ("Fiebre", "tos", "disnea"), True),
        ("Klagt über Husten, Auswurf wird verneint.", ("Husten", "Auswurf"), True),
        ("Refiere tos, disnea negada.", ("tos", "disnea"), True),
        ("Husten, Auswurf wird verneint, klagt nicht.", ("Husten", "Auswurf"), False),
    ],
)
def test_closed_lists(text: str, mentions: tuple[str, ...], closed: bool) -> None:
    extents = [(text.index(one), text.index(one) + len(one)) for one in mentions]
    commas = [text.index(",")]
    assert closed_lists(text, 0, extents, commas) == (commas if closed else [])


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("No masses, scant discharge.", True),
        ("No scars, distended, tympanitic.", True),
        ("No thrush, lips dry.", True),
        ("No masses, scant discharge or bleeding.", False),
        ("No masses, discharge.", False),
        ("No scars, distended veins.", False),
        ("No fracture, old.", True),
        ("No fracture, olden.", False),
    ],
)
def test_items_that_are_there(text: str, begins: bool) -> None:
    comma = text.index(",")
    assert (comma in own_items(text, len(text), [comma])) is begins


def test_a_long_list_takes_no_more_for_an_item() -> None:
    def run(text: str) -> list[int]:
        return own_items(text, len(text), [i for i, sign in enumerate(text) if sign == ","])

    def make(items: int) -> str:
        return "No masses" + ", scant discharge" * items + "."

    assert len(run(make(5))) == 5
    assert growth(make, run, 1000) < 8
