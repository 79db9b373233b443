"""A Doc whose identifiers are replaced, with all that is known of it at its new place."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from spacy.tokens import Doc

from ..doc_text import text_of
from ..docs import KEY, get_name, has_mentions
from ..docs.doc_rewriting import carry
from ..docs.phi import PHI, Identifier, get_identifiers, get_meta
from ..docs.text_edits import Edit, Moves
from ..errors import DeidError, Errors
from ..pipeline.deid.date_rules import LOOK_BACK, Calendar
from ..pipeline.deid.known_person import BIRTH, FIELDS, KnownPerson, texts_in
from ..pipeline.deid.locale_rules import DeidRules
from ..pipeline.deid.overlapping_finds import unite
from .code_surrogates import normalise
from .meta_fields import replace_meta
from .policy import Policy
from .replacements import Replacements, texts_of
from .surrogates import Surrogates

PATIENT_FIELDS = ("patient_id", "mrn", "patient")
LOCALES = ("en", "de", "es", "zh")


class Change(NamedTuple):
    """What became of an identifier, without its text.

    start, end (int): Characters of the original text.
    new_start, new_end (int): Characters of the new one.
    label, action (str): Its kind, and what was done.
    """

    start: int
    end: int
    new_start: int
    new_end: int
    label: str
    action: str


@dataclass(frozen=True)
class Deidentified:
    """A de-identified document.

    doc (Doc): The new document, with mentions, assertions, relations, links and sections at their
        new places, and a vocabulary of its own. It doesn't say what was replaced: who sees which
        words are surrogates sees which are not.
    changes (list[Change]): What was done, without text.
    meta (dict[str, Any]): What else is known of it, de-identified too.
    dropped (list[str]): Meta fields that were left out, as nobody said what they hold.
    originals (list[tuple[str, str]]): Label and text of what was replaced: for the second search,
        never to be written.
    """

    doc: Doc
    changes: list[Change]
    meta: dict[str, Any]
    dropped: list[str]
    originals: list[tuple[str, str]] = field(repr=False)

    @property
    def text(self) -> str:
        """RETURNS (str): The new text."""
        return text_of(self.doc)


def deidentify(
    doc: Doc,
    policy: Policy | str = "hipaa",
    surrogates: Surrogates | None = None,
    *,
    patient: str | None = None,
    id: str | None = None,
    keep_meta: Collection[str] = (),
    key: str = PHI,
) -> Deidentified:
    """Replace the identifiers of a document.

    doc (Doc): As `clinical_deid` left it.
    policy (Policy | str): What is done with each kind: hipaa, i2b2, gdpr, mask, remove, or a table.
    surrogates (Surrogates | None): Where surrogates come from; None for a policy that needs none.
    patient (str | None): Whose note it is, for surrogates that are the same in all notes of one;
        None for the meta field patient_id, mrn or patient, else the note by itself.
    id (str | None): The new document's name; None for one made of the old name by the key, or "".
    keep_meta (Collection[str]): Meta fields that identify nobody and stay as they are.
    key (str): The span group of the identifiers.
    RETURNS (Deidentified): The new document. Raises DeidError where nobody looked for identifiers,
        or the policy needs surrogates and there are none.
    """
    if key not in doc.spans:
        raise DeidError(Errors.SC902.format(key=key))
    policy = policy if isinstance(policy, Policy) else Policy.load(policy)
    meta, name = get_meta(doc), get_name(doc)[0] if has_mentions(doc) else ""
    text, identifiers = text_of(doc), unite(get_identifiers(doc, key))
    patient = _patient(meta, name, text) if patient is None else normalise(patient) or patient
    known = KnownPerson(FIELDS).values(meta)
    originals = texts_of(text, identifiers)
    forms = calendars(tuple(doc.spans[key].attrs.get("locales", ())))
    births = _births(text, identifiers, meta, forms)
    found = [*originals, *known]
    replacements = Replacements(policy, surrogates, patient, forms, found, births)
    done = [replacements.replace(label, words) for label, words in originals]
    edits = [
        Edit(one.start, one.end, new)
        for one, (new, _), (_, old) in zip(identifiers, done, originals, strict=True)
        if new != old
    ]
    new_meta, dropped = replace_meta(meta, replacements, keep_meta)
    new_id = id if id is not None else _new_name(surrogates, name)
    moves = Moves(text, edits)
    changes = [
        _change(one, moves, action) for one, (_, action) in zip(identifiers, done, strict=True)
    ]
    replaced = [row for row, (new, _) in zip(originals, done, strict=True) if new != row[1]]
    clean = carry(doc, edits, id=new_id, meta=new_meta, key=KEY)
    clean.spans.pop(key, None)
    return Deidentified(clean, changes, new_meta, dropped, replaced)


def _change(one: Identifier, moves: Moves, action: str) -> Change:
    start, end = moves.extent(one.start, one.end)
    return Change(one.start, one.end, start, end, one.label, action)


def _patient(meta: dict[str, Any], name: str, text: str) -> str:
    for field_name in PATIENT_FIELDS:
        if value := patient_of(meta, field_name):
            return value
    return name or hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def patient_of(meta: Mapping[str, Any], field_name: str) -> str:
    """RETURNS (str): Whose note it is by a meta field, in one spelling, so that "KQ-12" and "kq12"
    are one person; "" where the field is missing or empty."""
    for given, value in meta.items():
        if str(given).lower() == field_name.lower() and (texts := texts_in(value)):
            return normalise(texts[0]) or texts[0]
    return ""


def _births(
    text: str, identifiers: list[Identifier], meta: Mapping[str, Any], forms: list[Calendar]
) -> frozenset[str]:
    """The dates that somebody was born on: by the words before them, and of meta."""
    told = [
        value for field in meta if str(field).lower() in BIRTH for value in texts_in(meta[field])
    ]
    for one in identifiers:
        if one.label == "DATE" and any(
            x.is_birth(text[max(0, one.start - LOOK_BACK) : one.start]) for x in forms
        ):
            told.append(text[one.start : one.end])
    return frozenset(told)


def _new_name(surrogates: Surrogates | None, name: str) -> str:
    if surrogates is None or not name:
        return ""
    return f"note-{surrogates.stream('', 'note', name, 8).hex()}"


@cache
def calendars(first: tuple[str, ...] = ()) -> list[Calendar]:
    """Give the forms that dates may have.

    first (tuple[str, ...]): Locales whose forms are tried first: "3/4" is another day in each.
    RETURNS (list[Calendar]): Those of all packaged locales.
    """
    names = dict.fromkeys((*first, *LOCALES))
    return [locale.calendar for locale in DeidRules(list(names)).locales]
