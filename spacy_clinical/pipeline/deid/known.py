"""What is known of the person beside a note: its meta fields, looked for literally and in parts."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .found import NAMES, Found
from .lexicon import Lexicon
from .name_reader import PARTICLES
from .words import Words

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
    "email": "EMAIL",
    "address": "STREET",
    "city": "CITY",
    "zip": "ZIP",
    "dob": "DATE",
    "birth_date": "DATE",
}
_SHORTEST = 2
_CODE = 4  # letters and digits from which on a code is looked for with other signs between them


class KnownPerson:
    """Finds what the fields of a note's meta say.

    fields (Mapping[str, str]): Names of fields, in lower case, and labels of what they hold.
    """

    def __init__(self, fields: Mapping[str, str]):
        self.fields = dict(fields)

    def values(self, meta: Mapping[str, Any]) -> list[tuple[str, str]]:
        """RETURNS (list[tuple[str, str]]): Label and value of each field that a note has."""
        found = []
        for field, value in meta.items():
            label = self.fields.get(str(field).lower())
            texts = value if isinstance(value, list) else [value]
            if label:
                found += [(label, str(text).strip()) for text in texts if text not in (None, "")]
        return [(label, text) for label, text in found if text]

    def find(self, words: Words, meta: Mapping[str, Any], lexicon: Lexicon) -> list[Found]:
        """Find what is known.

        words (Words): The text.
        meta (Mapping[str, Any]): The note's meta.
        lexicon (Lexicon): Tells which names are ordinary words too: with a capital only.
        RETURNS (list[Found]): In no order; they may overlap.
        """
        found: list[Found] = []
        for label, value in self.values(meta):
            if label in NAMES:
                found += _parts(words, value, label, lexicon)
            found += _literal(words.text, value, label)
        return found


def make_known_person(fields: dict[str, str] | None = None) -> KnownPerson:
    """Say which meta fields tell what of a person.

    fields (dict[str, str] | None): Names of fields and labels of what they hold, such as "mrn" and
        "MRN"; None for the usual ones.
    RETURNS (KnownPerson): Finds what they say in the note.
    """
    return KnownPerson(FIELDS if fields is None else fields)


def bounded(pattern: str, value: str) -> str:
    """RETURNS (str): A pattern for a value that isn't part of a longer word or number; in a script
    without blanks anywhere."""
    before = r"(?<![^\W\u2e80-\U0010ffff])" if value[0] < "\u2e80" else ""
    behind = r"(?![^\W\u2e80-\U0010ffff])" if value[-1] < "\u2e80" else ""
    return f"{before}{pattern}{behind}"


def _parts(words: Words, value: str, label: str, lexicon: Lexicon) -> Iterator[Found]:
    for part in Words(value).list:
        if len(part.lower) < _SHORTEST or part.lower in PARTICLES:
            continue
        ordinary = lexicon.is_common(part.lower) or part.lower in lexicon.ordinary
        for i in words.places.get(part.lower, ()):
            word = words[i]
            if word.is_capital or not ordinary:
                yield Found(word.start, word.end, label, 1.0, "known")


def _literal(text: str, value: str, label: str) -> Iterator[Found]:
    signs = [sign for sign in value if sign.isalnum()]
    if len(signs) < _SHORTEST:
        return
    loose = len(signs) >= _CODE and label not in NAMES
    between = r"[\s./-]{0,2}" if loose else r"\s*"
    kept = signs if loose else value.split()
    pattern = between.join(re.escape(sign) for sign in kept)
    for match in re.finditer(bounded(pattern, value), text, re.IGNORECASE):
        yield Found(*match.span(), label, 1.0, "known")
