"""The labels of identifiers, and what HIPAA and i2b2 call them: `data/labels.tsv`."""

from functools import cache
from typing import NamedTuple

from ...context.rule_tables import read_table
from .locale_tables import DATA


class Label(NamedTuple):
    """A kind of identifier.

    name, group (str): The label, and the coarser one that it belongs to.
    paragraph (str): Of 45 CFR 164.514(b)(2)(i), "" if Safe Harbor lets it stay.
    i2b2 (str): The type of i2b2 2014.
    """

    name: str
    group: str
    paragraph: str
    i2b2: str


@cache
def read_labels() -> dict[str, Label]:
    """RETURNS (dict[str, Label]): All labels by name."""
    rows = [Label(*cells) for _, cells in read_table(DATA / "labels.tsv")]
    return {label.name: label for label in rows}


def group_of(label: str) -> str:
    """RETURNS (str): The group of a label; a label that isn't known is its own."""
    known = read_labels().get(label)
    return known.group if known else label


@cache
def _corpus_labels() -> dict[str, str]:
    return {name: label for _, (name, label) in read_table(DATA / "corpus_labels.tsv")}


def label_of(corpus_label: str) -> str | None:
    """Name a corpus's label as the rules and policies do.

    corpus_label (str): Such as "NOMBRE_SUJETO_ASISTENCIA".
    RETURNS (str | None): The label; None for one that identifies nobody. One that no table has
        stays as it is.
    """
    label = _corpus_labels().get(corpus_label, corpus_label)
    return None if label == "-" else label
