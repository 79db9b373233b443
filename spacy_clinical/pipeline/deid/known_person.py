"""What is known of the person beside a note: its meta fields, looked for literally and in parts."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ...docs.lookalike_characters import LETTERS, LOOSE, bounded, plain, sign_by_sign, spelled
from .known_names import KnownName
from .locale_tables import Lexicon
from .overlapping_finds import NAMES, Found
from .repetition import CODES
from .text_words import Words

FIELDS = {
    "patient_name": "PATIENT",
    "name": "PATIENT",
    "first_name": "PATIENT",
    "given_name": "PATIENT",
    "last_name": "PATIENT",
    "family_name": "PATIENT",
    "mother": "NAME",
    "contact": "NAME",
    "physician": "DOCTOR",
    "attending": "DOCTOR",
    "mrn": "MRN",
    "patient_id": "ID",
    "encounter_id": "ID",
    "visit_id": "ID",
    "accession": "ID",
    "ssn": "SSN",
    "insurance_id": "HEALTH_PLAN",
    "phone": "PHONE",
    "telephone": "PHONE",
    "mobile": "PHONE",
    "fax": "FAX",
    "email": "EMAIL",
    "address": "STREET",
    "city": "CITY",
    "zip": "ZIP",
    "postcode": "ZIP",
    "postal_code": "ZIP",
    "dob": "DATE",
    "birth_date": "DATE",
    "date_of_birth": "DATE",
}
BIRTH = ("dob", "birth_date")
ELSEWHERE = "spacy_clinical_found_elsewhere"
# What elements of FHIR (R5, Element, HumanName, Identifier, ContactPoint) say of themselves.
_BESIDE = frozenset(
    ("use", "type", "system", "period", "prefix", "suffix", "rank", "assigner", "extension")
)
_ELEMENT = frozenset(("family", "given", "line", "value"))  # whose "id" is that of the element
_ONE_WORD = re.compile(LETTERS)
_SHORTEST = 2
_CODE = 4  # letters and digits from which on a code is looked for with other signs between them
_LOCAL = 7  # digits of a telephone number without its area


class FoundElsewhere(dict[str, list[str]]):
    """Labels and texts that were found in other notes of the person. JSON values are never of this
    type, so no note can say it of itself."""


def texts_in(value: Any) -> list[str]:
    """RETURNS (list[str]): The texts of a meta field: of a list all, of a number its digits (as
    48812 and 48812.0 are one MRN), of a FHIR element what it is for, of a missing value none."""
    if isinstance(value, Mapping):
        told = {name: one for name, one in value.items() if name not in _BESIDE}
        if not _ELEMENT.isdisjoint(told):
            told.pop("id", None)
        return [text for one in told.values() for text in texts_in(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in texts_in(one)]
    if value is None or isinstance(value, bool) or value != value:  # NaN is no name
        return []
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value.date() if isinstance(value, datetime) else value).strip()
    return [text] if text else []


class KnownPerson:
    """Finds what the fields of a note's meta say.

    fields (Mapping[str, str]): Names of fields, in lower case, and labels of what they hold.
    """

    def __init__(self, fields: Mapping[str, str]):
        self.fields = dict(fields)

    def values(self, meta: Mapping[str, Any]) -> list[tuple[str, str]]:
        """RETURNS (list[tuple[str, str]]): Label and value of each field that a note has, and of
        what was found in the person's other notes."""
        told = meta.get(ELSEWHERE)
        found = told.items() if isinstance(told, FoundElsewhere) else ()
        other = [(label, value) for label, value in found if label in NAMES | CODES]
        labels = [(self.fields.get(str(field).lower()), value) for field, value in meta.items()]
        return [
            (label, text) for label, value in [*labels, *other] if label for text in texts_in(value)
        ]

    def find(self, words: Words, meta: Mapping[str, Any], lexicon: Lexicon) -> list[Found]:
        """Find what is known.

        words (Words): The text.
        meta (Mapping[str, Any]): The note's meta.
        lexicon (Lexicon): Tells which names are ordinary words too: with a capital only.
        RETURNS (list[Found]): In no order; they may overlap.
        """
        found: list[Found] = []
        for label, value in self.values(meta):
            by_words = is_name(label, value, lexicon)
            if by_words:
                found += _names(words, value, label, lexicon)
            if not by_words or has_digit(value):
                found += _literal(words.text, value, label)
        return found


def make_known_person(fields: dict[str, str] | None = None) -> KnownPerson:
    """Say which meta fields tell what of a person.

    fields (dict[str, str] | None): Names of fields and labels of what they hold, such as "mrn" and
        "MRN"; None for the usual ones.
    RETURNS (KnownPerson): Finds what they say in the note.
    """
    return KnownPerson(FIELDS if fields is None else fields)


def is_name(label: str, value: str, lexicon: Lexicon) -> bool:
    """RETURNS (bool): Whether a value is looked for as names are: a person's name, or one word that
    may be an ordinary one too, such as the city of Reading. A code of letters is no word unless it
    is short, or an ordinary word, such as the user name "will"."""
    value = plain(value)
    if label in NAMES or not _ONE_WORD.fullmatch(value):
        return label in NAMES
    return label not in CODES or len(value) < _CODE or lexicon.is_ordinary(value.lower())


def has_digit(value: str) -> bool:
    """RETURNS (bool): Whether a value, be it a name, is looked for sign by sign too."""
    return any(sign.isdigit() for sign in value)


def code_pattern(label: str, value: str) -> str:
    """Make a pattern for a code or number, whatever signs stand in it; in a short number none.

    label (str): What it is. Telephone numbers are looked for without the country's and the area's
        code too, and with the 0 that is dialled in the country's place; numbers without zeros
        in front.
    value (str): The code, in plain spelling.
    RETURNS (str): The pattern; case is to be ignored.
    """
    forms = [value, *(_numbers_dialled(value) if label in ("PHONE", "FAX") else ())]
    if value.isdecimal() and len(short := value.lstrip("0")) >= _CODE:
        forms.append(short)
    return "|".join(bounded(_written(form), form) for form in forms)


def _written(form: str) -> str:
    """A short number without signs: 12.34 isn't the number 1234."""
    return form if form.isdecimal() and len(form) < LOOSE else sign_by_sign(form)


def _numbers_dialled(value: str) -> Iterator[str]:
    digits = "".join(filter(str.isdecimal, value))
    if value.startswith(("+", "00")):
        abroad = digits.removeprefix("00")
        national = [abroad[n:] for n in (1, 2, 3) if len(abroad) - n >= _LOCAL]
        yield from (zero + number for number in national for zero in ("", "0"))
    elif digits.startswith("0") and len(digits) > _LOCAL:
        yield digits[1:]
    if len(digits) >= _LOCAL + 3:
        yield digits[-_LOCAL:]


def _names(words: Words, value: str, label: str, lexicon: Lexicon) -> Iterator[Found]:
    name = KnownName(value, lexicon)
    for i in name.words(words, _SHORTEST):
        yield Found(words[i].start, words[i].end, label, 1.0, "known")
    for start, end in name.whole(words):
        yield Found(start, end, label, 1.0, "known")


def _literal(text: str, value: str, label: str) -> Iterator[Found]:
    value = plain(value)
    signs = [sign for sign in value if sign.isalnum()]
    if len(signs) < _SHORTEST:
        return
    if len(signs) >= _CODE:
        pattern = code_pattern(label, value)
    else:
        pieces = ("".join(map(spelled, piece)) for piece in value.split())
        pattern = bounded(r"\s*".join(pieces), value)
    for match in re.finditer(pattern, text, re.IGNORECASE):
        yield Found(*match.span(), label, 1.0, "known")
