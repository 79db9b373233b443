"""The card that machines read: card.json, with the 31 source attributes that HTI-1 asks for.

45 CFR 170.315(b)(11)(iv)(B), Predictive Decision Support Interventions (89 FR 1192, January
2024), in nine groups; the table `data/source_attributes.tsv` has them in plain words. What the
product knows it fills in; what only people know they answer; what nobody said is "not given".
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import srsly

from ..errors import Errors, PackageError
from ..files import new_file
from ..result_tables import Message, Result, Table

CARD = "card.json"
FORMAT = "spacy-clinical-card-1"
NOT_GIVEN = "not given"
MACHINE, PERSON = "machine", "person"


class SourceAttribute(NamedTuple):
    """What has to be told of a model.

    key (str): Its name in card.json.
    group (str): Of the nine.
    paragraph (str): Behind 45 CFR 170.315(b)(11)(iv)(B).
    meaning (str): In plain words.
    """

    key: str
    group: str
    paragraph: str
    meaning: str


@dataclass
class Card:
    """A card.

    name, version (str): The package's.
    values (dict[str, str]): What is known, by key; also what other templates ask for.
    sources (dict[str, str]): Who said it: "machine" or "person".
    """

    name: str
    version: str
    values: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def value(self, key: str) -> str:
        """RETURNS (str): What is known, or "not given"."""
        return self.values.get(key) or NOT_GIVEN

    @property
    def missing(self) -> list[SourceAttribute]:
        """RETURNS (list[SourceAttribute]): What HTI-1 asks for and nobody said."""
        return [attribute for attribute in attributes() if attribute.key not in self.values]

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): JSON values: all 31 attributes, null and "not given" where
        nobody said, and what else is known."""
        keys = [attribute.key for attribute in attributes()]
        return {
            "format": FORMAT,
            "name": self.name,
            "version": self.version,
            "attributes": {key: self._row(key) for key in keys},
            "other": {key: self._row(key) for key in sorted(self.values) if key not in keys},
        }

    def _row(self, key: str) -> dict[str, Any]:
        return {"value": self.values.get(key), "source": self.sources.get(key, NOT_GIVEN)}


@cache
def attributes() -> tuple[SourceAttribute, ...]:
    """RETURNS (tuple[SourceAttribute, ...]): All 31, in the rule's order."""
    return tuple(SourceAttribute(*row) for row in read_table("source_attributes.tsv"))


def read_table(name: str) -> list[list[str]]:
    """RETURNS (list[list[str]]): The rows of a table in `data`, without its header."""
    text = files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


def make_card(
    name: str, version: str, known: Mapping[str, str], answers: Mapping[str, str]
) -> Card:
    """Put a card together.

    name, version (str): The package's.
    known (Mapping[str, str]): What the product knows.
    answers (Mapping[str, str]): What people say, which goes before.
    RETURNS (Card): The card. Raises PackageError for an answer to what isn't asked.
    """
    card = Card(name, version)
    asked = {attribute.key for attribute in attributes()} | {*known, *EXTRA}
    for number, (key, value) in enumerate(answers.items(), 1):
        if key not in asked or not isinstance(value, str) or not value.strip():
            message = Errors.SC952.format(number=number, known=", ".join(sorted(asked)))
            raise PackageError(message)
    for source, values in ((MACHINE, known), (PERSON, answers)):
        for key, value in values.items():
            card.values[key], card.sources[key] = value.strip(), source
    return card


# What other templates ask for and only people know.
EXTRA = frozenset(
    [
        "availability",
        "biases",
        "consent",
        "release_date",
        "release_stage",
        "risk_level",
        "stakeholders",
        "test_data",
        "validation",
    ]
)


def write_card(card: Card, folder: Path) -> None:
    """Write card.json.

    card (Card): The card.
    folder (Path): The pipeline's.
    """
    with new_file(folder / CARD) as file:
        file.write((json.dumps(card.to_dict(), indent=1, ensure_ascii=False) + "\n").encode())


def read_card(folder: Path) -> Card:
    """Read card.json.

    folder (Path): The pipeline's.
    RETURNS (Card): The card. Raises PackageError where there is none.
    """
    try:
        value = json.loads((folder / CARD).read_bytes())
        if value["format"] != FORMAT:
            raise ValueError
        card = Card(value["name"], value["version"])
        for key, row in {**value["attributes"], **value["other"]}.items():
            if row["value"] is not None:
                card.values[key], card.sources[key] = str(row["value"]), str(row["source"])
        return card
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PackageError(Errors.SC953.format(folder=folder, name=CARD)) from None


def read_answers(path: Path | None) -> dict[str, str]:
    """Read what only people know.

    path (Path | None): A YAML or JSON file: attribute to text; None for no answers.
    RETURNS (dict[str, str]): The answers. Raises PackageError for a file that is none.
    """
    if path is None:
        return {}
    try:
        value = srsly.read_yaml(path)
    except Exception as error:  # the YAML reader's own kinds, many
        found = type(error).__name__
        raise PackageError(Errors.SC959.format(path=path, found=found)) from None
    if not isinstance(value, dict):
        raise PackageError(Errors.SC959.format(path=path, found="no mapping"))
    return {str(key): text for key, text in value.items() if text is not None}


def card_results(card: Card) -> Iterator[Result]:
    """YIELDS (Result): Who gave each source attribute, the meaning cut short; how many are given,
    and what those mean that aren't."""
    rows = [
        (a.paragraph, a.key, card.sources.get(a.key, NOT_GIVEN), a.meaning[:60])
        for a in attributes()
    ]
    yield Table(f"{card.name} {card.version}", ("", "attribute", "given by", "meaning"), rows)
    given = len(rows) - len(card.missing)
    yield Message(f"{given} of {len(rows)} source attributes are given", "info")
    yield from (Message(f"{one.key}: {one.meaning}", "text") for one in card.missing)
