"""Terms that are a part of another word or name: "non-Hodgkin lymphoma" where the base has Hodgkin
lymphoma only, "pneumonia vaccine"."""

from spacy.tokens import Doc

from .term_finder import Term

MEDICATION, TEST = "MEDICATION", "TEST"
_HYPHENS = ("-", "\u2010", "\u2011", "\u2013")
_APART = frozenset(("non",))  # written apart too
_PREFIXES = _APART | {"pre", "anti", "pseudo"}
_BETWEEN = frozenset(("surface", "core", "virus", "igg", "igm"))
_MARKERS = frozenset(("antibody", "antibodies", "antigen", "antigens"))
_PLACES = frozenset(
    ("clinic", "clinics", "center", "centers", "centre", "centres", "unit", "units", "education",
     "protocol")
)  # fmt: skip
_SHOTS = frozenset(
    ("vaccine", "vaccines", "vaccination", "vaccinations", "immunization", "immunizations",
     "immunisation", "immunisations", "shot", "shots")
)  # fmt: skip


def is_part(doc: Doc, term: Term) -> bool:
    """Tell whether a term is a part of something else.

    doc (Doc): The document.
    term (Term): One of its terms.
    RETURNS (bool): Whether a prefix is before it, or right behind it what a disease or a drug is
        looked for or prevented with, or a place that is named after it.
    """
    return _has_prefix(doc, term.start) or _has_head(doc, term)


def _has_prefix(doc: Doc, start: int) -> bool:
    before = [token.lower_ for token in doc[max(0, start - 2) : start]]
    if not before:
        return False
    if before[-1] in _HYPHENS:
        return len(before) > 1 and before[0] in _PREFIXES and not doc[start - 2].whitespace_
    return before[-1] in _APART or (before[-1].endswith(_HYPHENS) and before[-1][:-1] in _PREFIXES)


def _has_head(doc: Doc, term: Term) -> bool:
    behind = [token.lower_ for token in doc[term.end : term.end + 2]]
    if len(behind) > 1 and behind[0] in _BETWEEN:
        del behind[0]
    ends = doc[term.end - 1].text.endswith(".")  # a token of spaCy's tokenizer: "B."
    if ends or not behind or behind[0] not in _MARKERS | _SHOTS | _PLACES:
        return False
    labels = {sense.label for sense in term.reading.senses}
    return behind[0] in _MARKERS or labels.isdisjoint((MEDICATION, TEST))
