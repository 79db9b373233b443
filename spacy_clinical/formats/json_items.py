"""Values of JSON that other tools wrote, checked as they are taken."""

import json
import re
from collections import Counter
from typing import Any

from ..errors import Errors, FormatError
from .file_reading import malformed

Fields = dict[str, Any]

MISSING: Any = object()
"""The default of what must be there."""
_NAMES = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}


class Repeated(Fields):
    """A JSON object in which keys stand twice: which value is meant, nobody knows.

    names (set[str]): Those keys.
    """

    names: set[str]


class Item:
    """A JSON object whose values are checked as they are taken. Other keys may stand beside.

    value (Any): What stood in the file.
    what (str): What it is, for messages.
    where (str): The place of its document.
    """

    def __init__(self, value: Any, what: str, where: str) -> None:
        if not isinstance(value, dict):
            raise malformed(where, f"{what} as {kind(value)}", "a JSON object")
        refuse_repeated(value, what, where)
        self.fields: Fields = value
        self.what = what
        self.where = where

    def take(self, key: str, types: tuple[type, ...], expected: str, default: Any) -> Any:
        value = self.fields.get(key, default)
        if value is default and value is not MISSING:
            return value
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            found = kind(value) if key in self.fields else "missing"
            fields = {"where": self.where, "key": key, "what": self.what}
            message = Errors.SC017.format(found=found, expected=expected, **fields)
            raise FormatError(message)
        return value

    def string(self, key: str, default: str = MISSING) -> str:
        found: str = self.take(key, (str,), "a string", default)
        return found

    def id(self, key: str, default: str = MISSING) -> str:
        """Take an identifier, which tools write as a string or a number."""
        return str(self.take(key, (str, int), "a string or a whole number", default))

    def integer(self, key: str) -> int:
        found: int = self.take(key, (int,), "a whole number", MISSING)
        return found

    def score(self, key: str) -> float | None:
        """Take a number, null and absence being none."""
        found: float | None = self.take(key, (int, float), "a number or null", None)
        return found

    def items(self, key: str) -> list["Item"]:
        """Take a list of objects, null and absence being empty ones."""
        if self.fields.get(key) is None:
            return []
        values: list[Any] = self.take(key, (list,), "a list", MISSING)
        return [Item(v, f"{key}[{index}]", self.where) for index, v in enumerate(values)]

    def item(self, key: str) -> "Item":
        """Take an object."""
        return Item(self.fields.get(key), f"'{key}' in {self.what}", self.where)

    def rest(self, *known: str) -> Fields:
        """RETURNS (Fields): What stands under other keys, as it stands."""
        rest = {key: value for key, value in self.fields.items() if key not in known}
        for value in rest.values():
            refuse_repeated(value, f"what stands beside {' and '.join(known[:2])}", self.where)
        return rest


def refuse_repeated(value: Any, what: str, where: str) -> None:
    """Raise FormatError for an object in which a key stands twice.

    what, where (str): What the object is, and the place of its document, for messages.
    """
    if isinstance(value, Repeated):
        raise malformed(where, f"a key that stands twice in {what}", "each key once")


def kind(value: Any) -> str:
    """RETURNS (str): What a JSON value is, for messages."""
    return _NAMES.get(type(value), "null or missing" if value is None else "a number")


def parse_json(text: str, where: str, wanted: str = "a JSON value") -> Any:
    """Parse a JSON value without lone surrogates. Objects with a key twice are `Repeated`."""
    try:
        value = json.loads(text, object_pairs_hook=_mark_repeated)
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        return value
    except (ValueError, RecursionError):
        expected = f"{wanted}, without lone surrogates"
        raise malformed(where, "what isn't JSON", expected) from None


def _mark_repeated(pairs: list[tuple[str, Any]]) -> Fields:
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    marked, counts = Repeated(fields), Counter(key for key, _ in pairs)
    marked.names = {key for key, n in counts.items() if n > 1}
    return marked


def has_key(head: str, *keys: str) -> bool:
    """Tell whether JSON has all of some keys, at whatever depth.

    head (str): The beginning of a file.
    keys (str): The keys.
    RETURNS (bool): Whether each stands there as a key.
    """
    return all(re.search(rf'(?<!\\)"{re.escape(key)}"\s*:', head) for key in keys)
