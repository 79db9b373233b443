"""i2b2/VA 2010: concepts, assertions and relations over numbered lines and tokens.

For NAME.txt there are NAME.con, and perhaps NAME.ast and NAME.rel, beside it or in folders
(`txt`, `concept`, `ast`, `rel` in the challenge's distribution). Lines count from 1, the tokens
between blanks from 0, the last one included; covered text is repeated in lower case. An assertion
is the attribute "assertion", as it stands. Of several files of one name the nearest belong
together, and the documents are named by their folders too. Texts without concepts are left out,
and counted. Source: Uzuner et al. 2011, JAMIA 18(5), and the challenge's format as its
participants' readers have it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from ..errors import Errors, FormatError
from ..files import new_folder
from ..records import Attribute, Entity, Record, Relation
from .document_files import write_document_files
from .file_reading import at, decode, encode, located, malformed, read_lines
from .format_capacity import Keeps, keep
from .rejected_documents import Part, Reject, settle

ASSERTION = "assertion"
KEEPS = Keeps(
    places=False, blanks=False, relations=True, attributes=True, named=(ASSERTION,), empty=False
)
TITLE = "i2b2 2010"
_SPAN = r'c="(.*)" ([0-9]{1,9}):([0-9]{1,9}) ([0-9]{1,9}):([0-9]{1,9})'
_CONCEPT = re.compile(rf'{_SPAN}\|\|t="([^"]+)"\s*')
_ASSERTION = re.compile(rf'{_SPAN}\|\|t="([^"]+)"\|\|a="([^"]+)"\s*')
_RELATION = re.compile(rf'{_SPAN}\|\|r="([^"]+)"\|\|{_SPAN}\s*')
_TOKEN = re.compile(r"\S+")
_FOLDERS = {"con": "concept", "ast": "ast", "rel": "rel", "txt": "txt"}

Place = tuple[int, int]
"""Line from 1, and token from 0."""


def holds_i2b2_2010(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a folder, or a folder in it, has concept files."""
    return path.is_dir() and next(path.glob("**/*.con"), None) is not None


def read_i2b2_2010(
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Record]:
    """Stream the documents of a folder.

    path (str | Path): The folder; folders in it are entered.
    left_out (Counter[str] | None): Texts without concepts are counted here.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a concept file.
    """
    counts: Counter[str] = Counter() if left_out is None else left_out
    return settle(_parts(Path(path), counts), rejects)


def write_i2b2_2010(
    records: Iterable[Record],
    path: str | Path,
    *,
    left_out: Counter[str] | None = None,
    rejects: list[Reject] | None = None,
) -> int:
    """Write the folders txt, concept, ast and rel.

    records (Iterable[Record]): The documents.
    path (str | Path): A new or empty folder, which is there when all documents are written.
    left_out (Counter[str] | None): As for `keep`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (int): How many documents were written.
    """
    with new_folder(Path(path)) as folder:
        for name in _FOLDERS.values():
            (folder / name).mkdir()
        return write_document_files(
            records, folder, partial(_files, left_out=left_out), rejects, left_out
        )


def _parts(path: Path, left_out: Counter[str]) -> Iterator[Part[Record]]:
    found: dict[str, defaultdict[str, list[Path]]] = {x: defaultdict(list) for x in _FOLDERS}
    for file in sorted(path.glob("**/*.*")):
        if file.suffix[1:] in _FOLDERS:
            found[file.suffix[1:]][file.stem].append(file)
    for stem, files in found["con"].items():
        for concepts in files:
            inner = concepts.relative_to(path).with_suffix("")
            name = stem if len(files) == 1 else "-".join(inner.parts)
            others = {x: _nearest(concepts, found[x][stem]) for x in ("txt", "ast", "rel")}
            yield str(concepts), partial(_record, name, concepts, **others)
    left_out["texts without concepts"] += sum(
        max(0, len(files) - len(found["con"][stem])) for stem, files in found["txt"].items()
    )


def _nearest(file: Path, others: list[Path]) -> Path | None:
    """The one that shares most of a file's folders."""
    parents = file.parents
    return max(others, key=lambda other: len({*parents} & {*other.parents}), default=None)


def _record(
    name: str, concepts: Path, *, txt: Path | None, ast: Path | None, rel: Path | None
) -> Record:
    if txt is None:
        raise malformed(str(concepts), "no text for these concepts", f"a file {name}.txt")
    text = decode(txt.read_bytes(), str(txt))
    lines = _Lines(text)
    entities = list(_entities(concepts, lines))
    ids = {(e.start, e.end, e.label): e.id for e in reversed(entities)}
    places = {(e.start, e.end): e.id for e in reversed(entities)}
    attributes = list(_assertions(ast, lines, ids)) if ast else []
    relations = list(_relations(rel, lines, places)) if rel else []
    with located(str(concepts)):
        return Record(name, text, tuple(entities), tuple(relations), tuple(attributes))


class _Lines:
    """The tokens of a text by line.

    text (str): The text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[list[tuple[int, int]]] = []
        start = 0
        for line in text.split("\n"):
            found = _TOKEN.finditer(line)
            self.tokens.append([(start + m.start(), start + m.end()) for m in found])
            start += len(line) + 1
        places = [(n, k) for n, line in enumerate(self.tokens, 1) for k in range(len(line))]
        flat = [extent for line in self.tokens for extent in line]
        self.starts = {s: place for (s, _), place in zip(flat, places, strict=True)}
        self.ends = {e: place for (_, e), place in zip(flat, places, strict=True)}

    def extent(self, groups: tuple[str, ...], where: str) -> tuple[int, int]:
        """Find what 'c="TEXT" LINE:TOKEN LINE:TOKEN' names, and compare the text."""
        given, *numbers = groups
        line, first, last_line, last = map(int, numbers)
        start, end = self._token((line, first), where)[0], self._token((last_line, last), where)[1]
        covered = self.text[start:end].lower().split()
        if covered != given.lower().split():
            found = f"other text than that of {line}:{first} {last_line}:{last}"
            raise malformed(where, found, "the text of these tokens")
        return start, end

    def _token(self, place: Place, where: str) -> tuple[int, int]:
        line, token = place
        if not 1 <= line <= len(self.tokens) or token >= len(self.tokens[line - 1]):
            found = f"the token {line}:{token}, which the text doesn't have"
            raise malformed(where, found, "LINE:TOKEN, lines from 1, tokens from 0")
        return self.tokens[line - 1][token]


def _matches(
    path: Path, pattern: re.Pattern[str], form: str
) -> Iterator[tuple[str, re.Match[str]]]:
    for number, data in read_lines(path):
        where = at(path, number)
        line = decode(data, where)
        if not line.strip():
            continue
        match = pattern.fullmatch(line)
        if not match:
            raise malformed(where, "a malformed line", form)
        yield where, match


def _entities(path: Path, lines: _Lines) -> Iterator[Entity]:
    form = 'c="TEXT" LINE:TOKEN LINE:TOKEN||t="TYPE"'
    for number, (where, match) in enumerate(_matches(path, _CONCEPT, form), start=1):
        yield Entity(f"T{number}", match[6], (lines.extent(match.groups()[:5], where),))


def _assertions(
    path: Path, lines: _Lines, ids: dict[tuple[int, int, str], str]
) -> Iterator[Attribute]:
    form = 'c="TEXT" LINE:TOKEN LINE:TOKEN||t="TYPE"||a="ASSERTION"'
    for where, match in _matches(path, _ASSERTION, form):
        key = (*lines.extent(match.groups()[:5], where), match[6])
        if key not in ids:
            raise malformed(where, "an assertion of no concept", "a concept of the .con file")
        yield Attribute(ids[key], ASSERTION, match[7])


def _relations(path: Path, lines: _Lines, places: dict[tuple[int, int], str]) -> Iterator[Relation]:
    form = 'c="TEXT" LINE:TOKEN LINE:TOKEN||r="TYPE"||c="TEXT" LINE:TOKEN LINE:TOKEN'
    for where, match in _matches(path, _RELATION, form):
        groups = match.groups()
        ends = [places.get(lines.extent(part, where)) for part in (groups[:5], groups[6:])]
        head, tail = ends
        if not head or not tail:
            raise malformed(where, "a relation of no concept", "concepts of the .con file")
        yield Relation(head, tail, match[6])


def _files(record: Record, left_out: Counter[str] | None) -> dict[str, bytes]:
    kept = keep(record, KEEPS, TITLE, left_out)
    lines = _Lines(record.text)
    spans = {entity.id: _span(record.text, entity, lines) for entity in kept.entities}
    label = {entity.id: entity.label for entity in kept.entities}
    told = {
        "con": [f'{spans[e.id]}||t="{_word(e.label, kept)}"' for e in kept.entities],
        "ast": [
            f'{spans[a.target]}||t="{label[a.target]}"||a="{_word(a.value, kept)}"'
            for a in kept.attributes
        ],
        "rel": [
            f'{spans[r.head]}||r="{_word(r.label, kept)}"||{spans[r.tail]}' for r in kept.relations
        ],
    }
    texts = {suffix: "".join(f"{x}\n" for x in found) for suffix, found in told.items()}
    return {
        f"{_FOLDERS[suffix]}/{record.id}.{suffix}": encode(text, record.id)
        for suffix, text in {**texts, "txt": record.text}.items()
    }


def _span(text: str, entity: Entity, lines: _Lines) -> str:
    (line, first), (last_line, last) = lines.starts[entity.start], lines.ends[entity.end]
    covered = " ".join(text[entity.start : entity.end].lower().split())
    return f'c="{covered}" {line}:{first} {last_line}:{last}'


def _word(word: str, record: Record) -> str:
    if not re.fullmatch(r'[^"\r\n]+', word):
        what, advice = f"the label '{word}'", "Take out quotes and line ends."
        raise FormatError(
            Errors.SC020.format(doc=record.id, format=TITLE, what=what, advice=advice)
        )
    return word
