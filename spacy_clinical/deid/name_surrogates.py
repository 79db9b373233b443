"""Surrogates of names: word by word, so that "Ruth", "RUTH", "Smith, Ruth" and "Ruth's" are one
person, and keep their gender, order, case and signs."""

import re
from collections.abc import Iterable

from ..docs.lookalike_characters import LETTERS, plain
from ..pipeline.deid.name_reader import is_particle
from .surrogate_lists import SURNAME, names, places
from .surrogates import Surrogates

_PART = re.compile(rf"(?<!['’]){LETTERS}(?:['’](?=[^\W\d_]{{2}}){LETTERS})?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LETTERS = "ABCDEFGHIJKLMNOPRSTVW"


class PersonNames:
    """Surrogates of the names of a note.

    surrogates (Surrogates): Where they come from.
    patient (str): Whose note it is.
    written (Iterable[str]): All names of the note and those that are known of the patient, which
        initials are resolved by.
    """

    def __init__(self, surrogates: Surrogates, patient: str, written: Iterable[str]):
        self._surrogates, self._patient = surrogates, patient
        self._full = [_parts(name) for name in written]

    def replace(self, name: str) -> str:
        """Give a name's surrogate.

        name (str): As it is written.
        RETURNS (str): The surrogate, written like it.
        """
        if _HAN.search(name):
            return self._chinese(name)
        parts = _parts(name)
        return _PART.sub(lambda match: self._part(match.group(), parts), name)

    def _part(self, part: str, parts: list[str]) -> str:
        if len(plain(part)) == 1:
            return self._initial(plain(part), parts)
        if is_particle(part, len(parts)):
            return part
        return _written_like(self.word(part), part)

    def word(self, part: str) -> str:
        """Give the surrogate of one word of a name.

        part (str): The word, in any case.
        RETURNS (str): Another word of its kind, capitalised.
        """
        value = plain(part).lower()
        kind = names().kinds.get(value, SURNAME)
        pool = names().pools[kind]
        number = self._surrogates.number(self._patient, "name", value, len(pool))
        chosen = pool[number]
        return chosen if chosen.lower() != value else pool[(number + 1) % len(pool)]

    def _initial(self, letter: str, parts: list[str]) -> str:
        """The first letter of the surrogate of the name that an initial stands for: of a full name
        with the same other words, else of the only one that begins so."""
        others = {part.lower() for part in parts if len(part) > 1}
        alike = [full for full in self._full if others <= {part.lower() for part in full}]
        meant = {
            part.lower()
            for full in alike
            for part in full
            if len(part) > 1 and part[0].upper() == letter.upper() and part.lower() not in others
        }
        if len(meant) == 1:
            found = self.word(meant.pop())[0]
        else:
            below = len(_LETTERS)
            number = self._surrogates.number(self._patient, "initial", letter.lower(), below)
            found = _LETTERS[number]
            if found == letter.upper():
                found = _LETTERS[(number + 1) % below]
        return found if letter.isupper() else found.lower()

    def _chinese(self, name: str) -> str:
        """Surname and given name, sign by sign; two surnames of two signs aren't told apart."""
        signs = [sign for sign in name if _HAN.match(sign)]
        replaced = iter(
            self._sign(sign, "given zh" if i else "surname zh") for i, sign in enumerate(signs)
        )
        return "".join(next(replaced) if _HAN.match(sign) else sign for sign in name)

    def _sign(self, sign: str, kind: str) -> str:
        pool = places()[kind]
        number = self._surrogates.number(self._patient, kind, sign, len(pool))
        return pool[number] if pool[number] != sign else pool[(number + 1) % len(pool)]


def _parts(name: str) -> list[str]:
    return [plain(part.group()) for part in _PART.finditer(name)]


def _written_like(surrogate: str, original: str) -> str:
    if original.isupper():
        return surrogate.upper()
    return surrogate.lower() if original.islower() else surrogate
