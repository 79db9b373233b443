"""What the words beside a term say of what it means: "RA" beside "sat" is room air, and a dose
follows a drug; "Dr." before a name is no gout's."""

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from .other_words import is_part
from .person_names import SHORT, is_identifier, is_person
from .term_finder import Term
from .term_rules import TermRules

NEAR = 4  # words on each side
VOLUME = 4  # tokens up to the end of what is under a unit
VALUE = 2  # terms beside it that a value behind a term counts as, for its label
_PASSED = frozenset((":", "=", "of", "is", "was", "at"))  # between a name and its value
_DOSES = frozenset(
    ("mg", "mcg", "ug", "\u00b5g", "\u03bcg", "g", "gm", "ml", "units", "unit", "tab", "tabs")
)
_VOLUME = re.compile(r"/ ?d?l\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_OF = frozenset(("for", "of", "with", "from", "to", "in", "has", "had", "due"))  # before a disease
TEST, MEDICATION = "TEST", "MEDICATION"


def without_contradicted(doc: Doc, terms: Sequence[Term], rules: TermRules) -> Sequence[Term]:
    """Take from terms the meanings that a word beside them speaks against, and those that are names
    of persons or parts of identifiers or of other words.

    doc (Doc): The document.
    terms (Sequence[Term]): Its terms.
    rules (TermRules): Words beside names of persons and identifiers.
    RETURNS (Sequence[Term]): Those that still mean something.
    """
    kept = (
        _contradict(doc, term)
        for term in terms
        if not is_person(doc, term, rules.persons)
        and not is_identifier(doc, term, rules.persons)
        and not is_part(doc, term)
    )
    return [term for term in kept if term.reading.senses]


def _contradict(doc: Doc, term: Term) -> Term:
    reading = term.reading
    if reading.valued:
        valued = value_label(doc, term) == TEST and not _is_year(doc, term)
        tests = tuple(sense for sense in reading.senses if valued and sense.label == TEST)
        reading = reading._replace(senses=tests)
        term = term._replace(reading=reading)
    if not reading.unless and not reading.given and not _is_abbreviation(doc, term):
        return term
    near = set(_words_near(doc, term)) if reading.unless or reading.given else set()
    senses = reading.senses
    if reading.given and reading.given.isdisjoint(near):
        senses = ()
    for unless in reading.unless:
        if not unless.words.isdisjoint(near):
            senses = tuple(sense for sense in senses if sense.label not in unless.labels)
    if _is_abbreviation(doc, term) and _is_given(doc, term):
        senses = tuple(sense for sense in senses if sense.label in (TEST, MEDICATION))
    return (
        term if senses == reading.senses else term._replace(reading=reading._replace(senses=senses))
    )


def _is_abbreviation(doc: Doc, term: Term) -> bool:
    if term.end - term.start > 1:
        return False
    token = doc[term.start]
    return len(token) <= SHORT and token.is_upper


def _is_given(doc: Doc, term: Term) -> bool:
    """Whether a dose follows an abbreviation that isn't what it is given for: "HA 500 ml"."""
    before = doc[term.start - 1].lower_ if term.start else ""
    return before not in _OF and value_label(doc, term) == MEDICATION


def _words_near(doc: Doc, term: Term) -> Iterator[str]:
    """The words beside a term, in its clause; "on_" is right before it, "has_a_" two words, and
    "_intact" behind."""
    last = ""
    for number, word in enumerate(_walk(doc, range(term.start - 1, -1, -1))):
        yield from (word,) if number else (word, f"{word}_")
        if number == 1:
            yield f"{word}_{last}_"
        last = word
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
    return MEDICATION if _is_dose(doc, place + 1) else TEST


def _is_dose(doc: Doc, place: int) -> bool:
    """Whether a unit of doses is at a place, and no volume under it: "mg", not "mg/dL"."""
    if place >= len(doc) or doc[place].lower_ not in _DOSES:
        return False
    behind: str = doc[place + 1 : place + VOLUME].text
    return _VOLUME.match(behind) is None


def _is_year(doc: Doc, term: Term) -> bool:
    return _YEAR.fullmatch(doc[term.end : term.end + 1].text) is not None
