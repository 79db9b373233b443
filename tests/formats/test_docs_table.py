"""The table in docs/formats.md says what formats have no place for, as the code has it."""

from collections.abc import Iterator
from pathlib import Path

from spacy_clinical.formats.format_capacity import Keeps

from .test_round_trips import CASES

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"
KINDS = {
    "fragments": "discontinuous mentions",
    "overlaps": "mentions that share characters",
    "spaces": "mentions that begin or end in white space",
    "blanks": "mentions that aren't between blanks",
    "places": "mentions with the place of another",
    "twins": "mentions with place and label of another",
    "concepts": "concepts of mentions",
    "scores": "scores of mentions",
    "relations": "relations",
    "relation_scores": "scores of relations",
    "attributes": "attributes",
    "attribute_scores": "scores of attributes",
    "repeated": "further values of an attribute",
    "empty": "attributes without a value",
    "concept_relations": "relations between concepts",
}


def rows() -> Iterator[str]:
    for name, case in sorted(CASES.items()):
        yield f"| `{name}` | {', '.join(_lacks(case.keeps))} |"


def _lacks(keeps: Keeps) -> Iterator[str]:
    for field, kind in KINDS.items():
        whole = field.partition("_")[0].rstrip("s") + "s"
        inner = (
            whole != field and whole in ("relations", "attributes") and not getattr(keeps, whole)
        )
        said = field in ("repeated", "empty") and not keeps.attributes
        if not getattr(keeps, field) and not inner and not said:
            yield kind
    if keeps.named:
        yield f"attributes other than {keeps.named[0]}"
    if keeps.meta is not None:
        yield f"meta other than `{keeps.meta[0]}`" if keeps.meta else "meta"


def test_the_page_says_what_the_code_does() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for row in rows():
        assert f"\n{row}\n" in page
