"""What takes the place of each identifier of a note, by a policy."""

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from ..docs.phi import Identifier
from ..errors import DeidError, Errors
from ..pipeline.deid.date_rules import Calendar
from ..pipeline.deid.overlapping_finds import NAMES
from .age_surrogates import hide_old
from .code_surrogates import normalise, replace_code
from .date_shifting import DateShifter, offset_of
from .name_surrogates import PersonNames
from .place_surrogates import replace_place
from .policy import KEYED, Policy
from .surrogate_lists import places
from .surrogates import Surrogates

PLACES = frozenset(("HOSPITAL", "ORGANIZATION", "STREET", "CITY", "STATE", "COUNTRY", "LOCATION"))
# First three digits of ZIP codes with fewer than 20,000 people, census of 2000: guidance of the
# Office for Civil Rights on 45 CFR 164.514(b)(2)(i)(B).
_SMALL_ZIPS = frozenset(
    [
        "036",
        "059",
        "063",
        "102",
        "203",
        "556",
        "692",
        "790",
        "821",
        "823",
        "830",
        "831",
        "878",
        "879",
        "884",
        "890",
        "893",
    ]
)
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"\d{4}")


class Replacements:
    """What takes the place of the identifiers of one note.

    policy (Policy): What is done with each kind.
    surrogates (Surrogates | None): Where surrogates come from.
    patient (str): Whose note it is.
    calendars (list[Calendar]): The forms that dates may have.
    found (Sequence[tuple[str, str]]): Label and text of all identifiers of the note, and of what
        is known of the patient.
    births (Collection[str]): Those dates that somebody was born on.
    """

    def __init__(
        self,
        policy: Policy,
        surrogates: Surrogates | None,
        patient: str,
        calendars: list[Calendar],
        found: Sequence[tuple[str, str]],
        births: Collection[str] = (),
    ):
        self._policy, self._given, self._patient = policy, surrogates, patient
        self._calendars, self._found, self._births = calendars, found, births
        self._shifters: dict[int, DateShifter] = {}

    def replace(self, label: str, text: str) -> tuple[str, str]:
        """Give what takes an identifier's place.

        label, text (str): The identifier.
        RETURNS (tuple[str, str]): The text, and the action that was done: "label" too where a date
            can't be read or moved.
        """
        action, argument = self._policy.action(label)
        if action == "keep":
            return text, action
        if action == "remove":
            return "", action
        if action == "label":
            return argument or f"[{label}]", action
        new = self._by_action(action, argument, label, text)
        if new is None or (action in KEYED and self._is_left(label, text, new)):
            return f"[{label}]", "label"
        return new, action

    def _is_left(self, label: str, text: str, new: str) -> bool:
        """Whether a surrogate is the original by chance, or for want of words to exchange: not an
        age under 90, nor a year alone, which stay rightly."""
        if normalise(new) != normalise(text) or label == "AGE":
            return False
        return label != "DATE" or not _YEAR.fullmatch(text)

    def _by_action(self, action: str, argument: str, label: str, text: str) -> str | None:
        if action == "age90":
            return hide_old(text)
        if action == "zip3":
            return _zip3(text)
        if action == "year":
            return self._year(text)
        if action == "shift":
            return self._shifter(argument == "week").shift(text)
        if action == "format":
            return replace_code(self._surrogates, self._patient, label, text)
        return self._surrogate(label, text)

    @property
    def _surrogates(self) -> Surrogates:
        if self._given is None:
            raise DeidError(Errors.SC908.format(name=self._policy.name))
        return self._given

    @cached_property
    def _names(self) -> PersonNames:
        written = [text for label, text in self._found if label in NAMES]
        return PersonNames(self._surrogates, self._patient, written)

    def _shifter(self, weeks: bool) -> DateShifter:
        return self._by_days(offset_of(self._surrogates, self._patient, weeks=weeks))

    def _by_days(self, days: int) -> DateShifter:
        """One is made for all dates of the note, as it reads them all."""
        if days not in self._shifters:
            dates = [text for label, text in self._found if label == "DATE"]
            self._shifters[days] = DateShifter(self._calendars, days, dates, self._births)
        return self._shifters[days]

    def _surrogate(self, label: str, text: str) -> str | None:
        if label in NAMES:
            return self._names.replace(text)
        if label in PLACES:
            return replace_place(self._surrogates, self._patient, label, text)
        if label == "PROFESSION":
            pool = places()["profession"]
            value = normalise(text)
            return pool[self._surrogates.number(self._patient, label, value, len(pool))]
        if label == "DATE":
            return self._shifter(False).shift(text)
        if label == "AGE":
            return hide_old(text)
        return self._address(label, text)

    def _address(self, label: str, text: str) -> str:
        """Of e-mail, links and IP addresses, under names that are given to nobody (RFC 2606, RFC
        5737); codes digit by digit."""
        code = replace_code(self._surrogates, self._patient, label, text)
        number = self._surrogates.number(self._patient, label, normalise(text), 10**8)
        if label == "EMAIL":
            return f"user{number:08}@mail.example"
        if label == "URL":
            return f"https://www.example.org/{number:08}"
        if label == "IP":
            return f"192.0.2.{number % 254 + 1}"
        return code

    def _year(self, text: str) -> str | None:
        """The year of a date alone, where it doesn't show an age over 89."""
        shifter = self._by_days(0)
        found = shifter.read(text)
        if found is None or found.year is None or shifter.is_too_old(found.year):
            return None
        if len(found.groups) == 1 and "y" in found.groups:
            return text
        return f"{found.year}年" if "年" in text else f"{found.year}"


def _zip3(text: str) -> str | None:
    digits = "".join(_DIGITS.findall(text))
    if len(digits) < 5 or not text[:5].isdigit():
        return None
    return f"{'000' if digits[:3] in _SMALL_ZIPS else digits[:3]}XX"


def texts_of(text: str, identifiers: Sequence[Identifier]) -> list[tuple[str, str]]:
    """RETURNS (list[tuple[str, str]]): Label and text of each identifier."""
    return [(one.label, text[one.start : one.end]) for one in identifiers]
