"""What entity and relation labels stand for, by the table `data/label_roles.tsv`."""

from functools import lru_cache
from pathlib import Path

from ..tsv import read_rows
from .assertion_vocabulary import fold

TABLE = Path(__file__).parent / "data" / "label_roles.tsv"
ENTITY, RELATION = "entity", "relation"
FINDINGS = frozenset({"condition", "symptom"})  # roles


def role_of(kind: str, label: str) -> str:
    """Say what a label stands for.

    kind (str): ENTITY or RELATION.
    label (str): The label; case, hyphens and underscores don't count.
    RETURNS (str): Its role, "" if it has none.
    """
    return _read()[0].get((kind, fold(label)), "")


def labels_of(kind: str, *roles: str) -> frozenset[str]:
    """RETURNS (frozenset[str]): The labels with one of some roles, in the spellings that are
    usual."""
    found = (label for (of, label), role in _read()[1].items() if of == kind and role in roles)
    return frozenset(spelling for label in found for spelling in _spellings(label))


@lru_cache(maxsize=1)
def _read() -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """Roles by folded label, and by the label as it stands in the table."""
    rows = read_rows(TABLE)
    return (
        {(kind, fold(label)): role for kind, label, role in rows},
        {(kind, label): role for kind, label, role in rows},
    )


def _spellings(label: str) -> set[str]:
    changed = (label, label.upper(), label.lower(), label.capitalize(), label.title())
    return {
        c.replace(old, new) for c in changed for old, new in ((" ", " "), ("_", "-"), ("-", "_"))
    }
