"""Search every file of a package for words that stand only in its training texts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
from spacy.strings import get_string_id
from spacy.tokens import Doc

from ..result_tables import COUNT, Table
from .file_parts import Part, open_parts, parse_data, parse_json
from .leak_allowlist import WORDS
from .packaged_bases import Bases

MIN_TEXT = 3
MIN_NUMBER = 5
MIN_BYTES = 6
CHUNK = 1 << 22
SYMBOLS = 1 << 32  # below: not hashes, but the numbers of spaCy's own symbols, such as "acl"
_DIGEST = re.compile(r"sha256=[\w-]{43}(?![\w-])")  # of a wheel's RECORD; its pieces are no words


@dataclass
class Report:
    """What was searched for, where, and what was found.

    words (int): Words that stand only in the training texts.
    short (int): Of them, those too short to be told from chance in numbers, and those that are
        part of a public word: they are searched as whole words in texts only.
    files (int): Files on the disk.
    parts (int): Files, and what was opened inside of them.
    bytes (int): Of all parts.
    terminology (int): Parts that are files of a terminology, which were passed over.
    in_terminology (int): Words that stand in these files: they come from there, not from the texts.
    found (dict[str, int]): Words, or their hashes, in each part that has any.
    first (dict[str, str]): Where the first of them stands in the corpus.
    """

    words: int = 0
    short: int = 0
    files: int = 0
    parts: int = 0
    bytes: int = 0
    terminology: int = 0
    in_terminology: int = 0
    found: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): JSON values."""
        return dict(vars(self))


def private_words(docs: Iterable[Doc], public: Iterable[str]) -> dict[str, str]:
    """List the words of texts that are not public.

    docs (Iterable[Doc]): The texts.
    public (Iterable[str]): Words that may be known without the texts.
    RETURNS (dict[str, str]): Word to the place where it stands first: document and characters.
        Words of less than 3 letters and numbers of less than 5 digits are left out: they stand
        everywhere.
    """
    known = {part.lower() for word in public for part in WORDS.findall(word)}
    found: dict[str, str] = {}
    for number, doc in enumerate(docs, 1):
        for match in WORDS.finditer(doc.text):
            word = match[0]
            low = MIN_NUMBER if word.isdecimal() else MIN_TEXT
            if len(word) >= low and word.lower() not in known:
                found.setdefault(word, f"document {number}, {match.start()}-{match.end()}")
    return found


class Search:
    """Finds words in data of any kind.

    places (dict[str, str]): The words, as `private_words` gives them.
    public (Iterable[str]): What the data may hold. A word inside one of these, as "mediate" is in
        "intermediate", proves nothing among other bytes.
    texts (frozenset[str]): Whole texts that the data may hold.
    bases (Bases | None): Terminologies, whose files the data may hold as they are.
    """

    def __init__(
        self,
        places: dict[str, str],
        public: Iterable[str] = (),
        texts: frozenset[str] = frozenset(),
        bases: Bases | None = None,
    ):
        self.places = places
        self.texts = texts
        self.bases = bases or Bases([])
        known = "\n".join(public)
        self.words = {variant: word for word in places for variant in (word.lower(), word)}
        self._hard = {variant for variant in self.words if _is_hard(variant, known)}
        numbers = {_hash(variant): word for variant, word in self.words.items()}
        self.hashes = {number: word for number, word in numbers.items() if number >= SYMBOLS}
        self.patterns: dict[bytes, list[tuple[bytes, str]]] = {}
        for variant, word in self.words.items():
            text = () if variant in self._hard else (variant.encode(),)
            for pattern in (*text, *_hashes(variant)):
                self.patterns.setdefault(pattern[:MIN_BYTES], []).append((pattern, word))
        self._first, self._second = (_table(self.patterns, at) for at in (0, 3))
        lengths = (len(p) for rows in self.patterns.values() for p, _ in rows)
        self._longest = max(lengths, default=MIN_BYTES)

    @property
    def short(self) -> int:
        """RETURNS (int): Words that are searched in texts only."""
        return len(self._hard & self.places.keys())

    def in_text(self, text: str) -> set[str]:
        """RETURNS (set[str]): The words that stand in a text as whole words."""
        words = WORDS.findall(_DIGEST.sub("", text))
        runs = {run for word in words for run in (word, word.lower())}
        return {self.words[run] for run in runs & self.words.keys()}

    def as_number(self, number: int) -> set[str]:
        """RETURNS (set[str]): The word that a number is, in digits or as spaCy's hash."""
        found = {self.words.get(str(number)), self.hashes.get(number)}
        return {word for word in found if word is not None}

    def in_bytes(self, data: bytes) -> set[str]:
        """RETURNS (set[str]): The words whose bytes, or whose hash, stand anywhere in data; digits
        not within a longer number, such as a place in a file of weights."""
        found: set[str] = set()
        for start in range(0, len(data), CHUNK):
            chunk = data[start : start + CHUNK + self._longest]
            for place in self._likely(chunk):
                for pattern, word in self.patterns.get(chunk[place : place + MIN_BYTES], ()):
                    end = start + place + len(pattern)
                    if chunk.startswith(pattern, place) and not _cut_from_number(
                        data, pattern, end
                    ):
                        found.add(word)
        return found

    def _likely(self, chunk: bytes) -> list[int]:
        """Places whose first and second three bytes are those of some pattern."""
        codes = numpy.frombuffer(chunk, dtype="uint8").astype("uint32")
        triples = (codes[:-2] << 16) | (codes[1:-1] << 8) | codes[2:]
        likely = self._first[triples[:-3]] & self._second[triples[3:]]
        places: list[int] = numpy.flatnonzero(likely).tolist()
        return places


def _cut_from_number(data: bytes, pattern: bytes, end: int) -> bool:
    start = end - len(pattern)
    before, behind = data[max(start - 1, 0) : start], data[end : end + 1]
    return pattern.isdigit() and (before.isdigit() or behind.isdigit())


def _is_hard(word: str, public: str) -> bool:
    """Whether the bytes of a word may stand somewhere by chance, or inside of a public word."""
    return len(word.encode()) < MIN_BYTES or word in public


def _table(starts: Iterable[bytes], at: int) -> numpy.ndarray[Any, Any]:
    table = numpy.zeros(1 << 24, dtype=bool)
    for start in starts:
        table[int.from_bytes(start[at : at + 3])] = True
    return table


def _hashes(word: str) -> tuple[bytes, ...]:
    """spaCy's 64-bit hash of a string, as numpy and as msgpack write it."""
    number = _hash(word)
    if number < SYMBOLS:
        return ()
    return number.to_bytes(8, "little"), number.to_bytes(8, "big")


def _hash(word: str) -> int:
    return int(get_string_id(word))


def scan(folder: Path, search: Search) -> Report:
    """Search all files in a folder, archives opened, compressed ones unpacked. The size of one of
    them, which the manifest and a wheel's RECORD say, is no find.

    folder (Path): The folder.
    search (Search): Finds the words.
    RETURNS (Report): What was found. It quotes no word.
    """
    report = Report(len(search.places), search.short)
    report.in_terminology = len({w for t in search.bases.texts() for w in search.in_text(t)})
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    sizes = {str(path.stat().st_size) for path in paths}
    for file in paths:
        report.files += 1
        name = file.relative_to(folder).as_posix()
        for part in open_parts(Part(name, file.read_bytes())):
            report.parts += 1
            report.bytes += len(part.data)
            if search.bases.have(part):
                report.terminology += 1
            else:
                _note(search_part(part, search) - sizes, part.name, search.places, report)
    return report


def _note(words: set[str], name: str, places: dict[str, str], report: Report) -> None:
    if words:
        report.found[name] = len(words)
        report.first[name] = next(place for word, place in places.items() if word in words)


def search_part(part: Part, search: Search) -> set[str]:
    """RETURNS (set[str]): The words in a part's name and data."""
    return search.in_text(part.name) | _search(part.data, search)


def _search(data: bytes, search: Search) -> set[str]:
    """Text, JSON and msgpack by their strings and numbers; everything else byte by byte."""
    value = parse_data(data)
    return search.in_bytes(data) if value is None else _search_value(value, search)


def _search_value(value: Any, search: Search) -> set[str]:
    if isinstance(value, str):
        if value in search.texts:
            return set()
        parsed = parse_json(value, default=None)
        return search.in_text(value) if parsed is None else _search_value(parsed, search)
    if isinstance(value, bytes):
        return _search(value, search)
    if isinstance(value, numpy.ndarray):
        return search.in_bytes(value.tobytes())
    if isinstance(value, int) and not isinstance(value, bool):
        return search.as_number(value)
    found: set[str] = set()
    if isinstance(value, dict | list | tuple):
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        for one in inner:
            found |= _search_value(one, search)
    return found


def search_table(report: Report) -> Table:
    """RETURNS (Table): What was searched for, where, and how much was found."""
    rows = [
        ("words that only the texts have", report.words),
        ("of them searched as whole words of texts only", report.short),
        ("files", report.files),
        ("files and what was opened inside of them", report.parts),
        ("bytes", report.bytes),
        ("files of a terminology, passed over", report.terminology),
        ("words that stand there too", report.in_terminology),
        ("words found", sum(report.found.values())),
    ]
    return Table("Search", COUNT, rows)
