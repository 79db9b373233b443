"""Terms that are persons ("Mr. Gout", "Hernia, MD") or parts of identifiers ("PID 12345")."""

import re

from spacy.tokens import Doc, Token

from .place_names import is_state, is_ward, text_behind
from .term_finder import Term
from .term_rules import Persons

LEAST = 5  # digits of an identifier
MOST = 2  # words of a name between a title and a term
SHORT = 5  # letters of an abbreviation, at most
INITIALS = (2, 3)  # letters of a person's initials
_YEAR = re.compile(r"[-/ ]?(?:19|20)\d\d\b")
_GLUED = re.compile(r"[-_/#]?\d{3}|[-_/]\d+[-_/]\d")  # "MI1234567", "PE-55-1123"
_DIGITS = re.compile(r"[-_/#]?\d")
_NUMBER = re.compile(r"\s?[:#]?\s?#?\s?(?:0\d{3,}|\d{5,})\b")  # "PID 12345", "PID: 004512"
_NEXT = re.compile(r" ?[-#]?\d{1,3}\b")  # "PE 12" behind an identifier
_DEGREE = re.compile(r",? ?((?:[A-Za-z]\.?){2,6})(?:-C)?(?=\s*(?:[.,;)]|\n|$))")


def is_person(doc: Doc, term: Term, words: Persons) -> bool:
    """Say whether a term is a person's name here, or a part of one.

    doc (Doc): The document.
    term (Term): One of its terms.
    words (Persons): Titles, degrees, roles.
    RETURNS (bool): Whether it follows a title or a role's colon, or a degree follows it.
    """
    token = doc[term.start]
    if not token.text[:1].isupper():
        return False
    if len(token) in INITIALS and _is_initials(doc, term, words):
        return True
    written = all(token.is_title for token in doc[term.start : term.end])
    place, passed = term.start - 1, 0
    while place >= 0 and passed <= MOST:
        token = doc[place]
        if token.text == ".":
            place -= 1
        elif _is_title(token, term, words):
            alone = not passed and term.end - term.start == 1
            return (written or alone) and not _is_dose(doc, term.end)
        elif token.lower_ in words.ranks and not token.is_lower:
            return written and _is_rank(doc, place, words) and not _is_dose(doc, term.end)
        elif token.text == ":" and place and doc[place - 1].lower_ in words.roles:
            return written
        elif not token.is_alpha or not (token.is_title or (token.is_upper and len(token) == 1)):
            break
        else:
            place, passed = place - 1, passed + 1
    return written and _has_degree(doc, term, words, named=passed > 0)


def _is_title(token: Token, term: Term, words: Persons) -> bool:
    """Whether a token is a title; one in capitals has a full stop, and a name in capitals: neither
    "MS" nor that of "COPD, MS. Gout" is one."""
    if token.lower_ not in words.titles or token.is_lower:
        return False
    doc = token.doc
    return token.is_title or (doc[token.i + 1].text == "." and doc[term.start].is_upper)


def _is_rank(doc: Doc, place: int, words: Persons) -> bool:
    """Whether a word such as "NP" stands before a name: no sentence ends with it, and what has to
    be before it is."""
    before = words.ranks[doc[place].lower_]
    if doc[place + 1].text == ".":
        return False
    return not before or (place > 0 and doc[place - 1].lower_ in before)


def _is_initials(doc: Doc, term: Term, words: Persons) -> bool:
    """Whether an abbreviation is that of the person behind its colon: "DM: Dr. Miller"."""
    token = doc[term.start]
    if term.end - term.start > 1 or not token.is_upper:
        return False
    if doc[term.end : term.end + 1].text != ":":
        return False
    end = term.end + 1
    names: list[str] = []
    while end < len(doc) and (doc[end].is_title or (names and doc[end].text == ".")):
        names += [doc[end].lower_] if doc[end].is_title else []
        end += 1
        if len(names) > len(token):
            break
    untitled = [name for name in names if name not in words.titles]
    said = len(untitled) < len(names) or (
        doc[end : end + 1].text == "," and doc[end + 1 : end + 2].text.lower() in words.degrees
    )
    initials = token.lower_
    return said and any(
        "".join(name[0] for name in some[: len(initials)]) == initials for some in (names, untitled)
    )


def _is_dose(doc: Doc, place: int) -> bool:
    return place < len(doc) and doc[place].like_num


def _has_degree(doc: Doc, term: Term, words: Persons, named: bool) -> bool:
    """Whether a degree follows, and nothing that goes on: "Asthma, MD notified" is no person."""
    if term.end - term.start > 1 or not (named or doc[term.end : term.end + 1].text == ","):
        return False
    found = _DEGREE.match(text_behind(doc, term.start))
    if not found or found[1].replace(".", "").lower() not in words.degrees:
        return False
    return named or found[0].startswith(",")


def is_identifier(doc: Doc, term: Term, words: Persons) -> bool:
    """Say whether an abbreviation is a part of an identifier here, or says that one follows.

    doc (Doc): The document.
    term (Term): One of its terms.
    words (Persons): What stands before identifiers.
    RETURNS (bool): Whether digits go on with it that are no year, or a long number follows it that
        can't be the value of a test or a dose; or it is a state, or a room's.
    """
    if term.end - term.start > 1:
        return False
    token = doc[term.start]
    if len(token) > SHORT or not token.is_upper:
        return False
    labels = {sense.label for sense in term.reading.senses}
    if is_state(doc, term.start, words):
        return True
    if is_ward(doc, term.start, words, alone="TEST" not in labels):
        return True
    if not labels.isdisjoint(("TEST", "MEDICATION")):
        return False  # "BP110/70"
    behind = text_behind(doc, term.start)
    if _YEAR.match(behind):
        return False
    if _GLUED.match(behind) or (_DIGITS.match(behind) and _stands_behind(doc, term.start, words)):
        return True
    if _NEXT.match(behind) and _stands_behind_number(doc, term.start, words):
        return True
    return _NUMBER.match(behind) is not None


def _stands_behind_number(doc: Doc, place: int, words: Persons) -> bool:
    """Whether an identifier is right before it, "MRN 445566"."""
    number = doc[place - 1] if place else None
    if number is None or not number.is_digit or len(number) < LEAST:
        return False
    return _stands_behind(doc, place - 1, words)


def _stands_behind(doc: Doc, place: int, words: Persons) -> bool:
    before = doc[max(place - 3, 0) : place]
    said = [token.lower_ for token in before if token.is_alpha or token.text == "#"]
    return bool(said) and said[-1] in words.numbers
