"""HL7 v2 (encoding rules, 2.6): messages, segments, fields."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from .base64_and_charsets import UnreadableError, decode_text, iso_time
from .hl7_escapes import Marks, unescape

_FRAMES = "\x0b\x1c"  # of MLLP
_ENVELOPES = ("FHS", "BHS", "BTS", "FTS")
_BORDER = re.compile(r"(?<=[^\n])(?=MSH\|\^~\\&\|)")
_USUAL = "|^~\\&|"  # a line that has it near its beginning is an MSH, whatever became of its name
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_LONG = {"OBX": 5, "NTE": 3}  # the fields of texts that people write with raw line ends in them
# Table 0211, alternate character sets.
_CHARSETS = {
    "": "utf-8",
    "ASCII": "utf-8",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
    **{f"8859/{n}": f"iso8859-{n}" for n in (*range(1, 10), 15)},
}


def read_messages(lines: Iterable[str]) -> Iterator[list[str]]:
    """Part a stream into messages.

    lines (Iterable[str]): Its lines, with or without their ends.
    YIELDS (list[str]): The segments of each; of what comes before the first, and is no envelope of
        a batch, the lines.
    """
    message: list[str] = []
    for line in chain.from_iterable(map(_split, lines)):
        if line[:3] in _ENVELOPES and line[3:4] == (message or [line])[0][3:4]:
            continue
        if message and (_begins(line) or _USUAL in line[:20]):
            yield message
            message = []
        if line.strip() or message:
            message.append(line)
    if message:
        yield message


def _split(line: str) -> list[str]:
    """A message begins at MSH and its usual marks also where the end of what is before it is lost:
    else it would be read as that one's text."""
    line = line.rstrip("\r\n").strip(_FRAMES)
    return _BORDER.split(line) if _BORDER.search(line) else [line]


def _begins(line: str) -> bool:
    return line[:3] == "MSH" and not line[3:4].isalnum()


@dataclass(frozen=True)
class Segment:
    """A segment.

    name (str): Such as "OBX".
    fields (list[str]): As they stand there, numbered as the standard does; the first is the name.
    marks (Marks): What parts them.
    charset (str): Of the message.
    """

    name: str
    fields: list[str]
    marks: Marks
    charset: str

    def raw(self, number: int) -> str:
        """RETURNS (str): A field, "" where there is none, or the sender's null."""
        value = self.fields[number] if number < len(self.fields) else ""
        return "" if value == '""' else value

    def value(self, number: int, component: int = 1) -> str:
        """RETURNS (str): A component of a field's first repetition."""
        first = self.raw(number).split(self.marks.repetition)[0]
        parts = first.split(self.marks.component)
        part = parts[component - 1] if component <= len(parts) else ""
        part = part.split(self.marks.subcomponent)[0] if component == 1 else part
        return " ".join(unescape(part, self.marks, self.charset).split())

    def time(self, number: int) -> str:
        """RETURNS (str): A field's time as ISO 8601, "" if there is none."""
        return iso_time(self.value(number))

    def texts(self, number: int) -> list[str]:
        """RETURNS (list[str]): All repetitions of a field, whole and unescaped."""
        parts = self.raw(number).split(self.marks.repetition)
        return [unescape(part, self.marks, self.charset) for part in parts]


@dataclass(frozen=True)
class Message:
    """A message.

    kind (str): MSH-9.1, such as "ORU"; "of another kind" where it isn't three letters.
    segments (list[Segment]): MSH first.
    """

    kind: str
    segments: list[Segment] = field(default_factory=list)

    @classmethod
    def read(cls, lines: list[str]) -> "Message":
        """Read a message. Raises UnreadableError where it breaks the encoding rules.

        lines (list[str]): Its lines; one that is no segment goes on with the text before it.
        RETURNS (Message): Its segments.
        """
        if not _begins(lines[0]):
            raise UnreadableError("no MSH at its beginning")
        marks = _read_marks(lines[0])
        charset = _charset_of(lines[0], marks)
        segments: list[str] = []
        for line in _decoded(lines, charset):
            if _NAME.fullmatch(line[:3]) and line[3:4] in ("", marks.field):
                segments.append(line)
            elif segments and _is_open(segments[-1], marks):
                segments[-1] += "\n" + line
            elif line.strip():
                raise UnreadableError(f"a line that is no segment, after {len(segments)} of them")
        found = [_segment(line, marks, charset) for line in segments]
        kind = found[0].value(9)
        return cls(kind if _NAME.fullmatch(kind) else "of another kind", found)


def _is_open(segment: str, marks: Marks) -> bool:
    """Whether a segment ends in its text, so that a line that is no segment goes on with it."""
    return segment.count(marks.field) <= _LONG.get(segment[:3], -1)


def _segment(line: str, marks: Marks, charset: str) -> Segment:
    fields = line.split(marks.field)
    if fields[0] == "MSH":  # its first field is the mark itself
        fields.insert(1, marks.field)
    return Segment(fields[0], fields, marks, charset)


def _read_marks(line: str) -> Marks:
    mark = line[3:4]
    others = line[4:].partition(mark)[0] if mark else ""
    distinct = {mark, *others}
    if len(others) not in (4, 5) or len(distinct) != len(others) + 1:
        raise UnreadableError("no four marks of its own in MSH-2")
    return Marks(mark, *others[:4])


def _charset_of(line: str, marks: Marks) -> str:
    fields = line.split(marks.field)
    name = fields[17].partition(marks.repetition)[0].strip() if len(fields) > 17 else ""
    if name not in _CHARSETS:
        raise UnreadableError("a character set in MSH-18 that isn't read here")
    return _CHARSETS[name]


def _decoded(lines: list[str], charset: str) -> list[str]:
    if charset == "utf-8":  # other bytes are told where notes are checked
        return lines
    return [decode_text(x.encode("utf-8", "surrogateescape"), charset) for x in lines]
