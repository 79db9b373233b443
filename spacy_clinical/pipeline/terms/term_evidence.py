"""What the words beside a term say of what it means: "RA" beside "sat" is room air, and a dose
follows a drug."""

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from .term_finder import Term

NEAR = 4  # words on each side
VALUE = 2  # terms beside it that a value behind a term counts as, for its label
_PASSED = frozenset((":", "=", "of", "is", "was", "at"))  # between a name and its value
_DOSES = frozenset(
    ("mg", "mcg", "ug", "\u00b5g", "\u03bcg", "g", "gm", "ml", "units", "unit", "tab", "tabs")
)
TEST, MEDICATION = "TEST", "MEDICATION"


def without_contradicted(doc: Doc, terms: Sequence[Term]) -> Sequence[Term]:
    """Take from terms the meanings that a word beside them speaks against.

    doc (Doc): The document.
    terms (Sequence[Term]): Its terms.
    RETURNS (Sequence[Term]): Those that still mean something.
    """
    if not any(term.reading.unless for term in terms):
        return terms
    return [kept for term in terms if (kept := _contradict(doc, term)).reading.senses]


def _contradict(doc: Doc, term: Term) -> Term:
    unless = term.reading.unless
    if unless is None or unless.words.isdisjoint(_words_near(doc, term)):
        return term
    senses = tuple(sense for sense in term.reading.senses if sense.label not in unless.labels)
    return term._replace(reading=term.reading._replace(senses=senses))


def _words_near(doc: Doc, term: Term) -> Iterator[str]:
    """The words beside a term, in its clause; "on_" is right before it, and "_intact" behind."""
    for number, word in enumerate(_walk(doc, range(term.start - 1, -1, -1))):
        yield from (word,) if number else (word, f"{word}_")
    for number, word in enumerate(_walk(doc, range(term.end, len(doc)))):
        yield from (word,) if number else (word, f"_{word}")


def _walk(doc: Doc, places: range) -> Iterator[str]:
    seen = 0
    for place in places:
        token = doc[place]
        if _ends(token) or seen == NEAR:
            return
        seen += not token.is_punct or token.text == "%"
        yield token.lower_


def _ends(token: Token) -> bool:
    return token.text in (".", ";") or (token.is_space and "\n" in token.text)


def value_label(doc: Doc, term: Term) -> str:
    """RETURNS (str): The label that a number behind a term speaks for, "" where there is none: a
    drug's if it is a dose, else a test's."""
    place, end = term.end, len(doc)
    while place < end and doc[place].lower_ in _PASSED:
        place += 1
    if place == end or not doc[place].like_num:
        return ""
    dose = place + 1 < end and doc[place + 1].lower_ in _DOSES
    return MEDICATION if dose else TEST
