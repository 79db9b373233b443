"""What the formats share: numbered lines, encodings, and how a mismatch is told."""

import codecs
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import Errors, FormatError, RecordError
from ..records import Fragments

_FLAT = str.maketrans("\n\r\t", "   ")


def at(path: Path, line: int) -> str:
    """Name a line for a message."""
    return f"{path}, line {line}"


def malformed(where: str, found: str, expected: str) -> FormatError:
    """Make the error for a line that the format doesn't know.

    found (str): What the line is, described and never quoted.
    """
    return FormatError(Errors.SC010.format(where=where, found=found, expected=expected))


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Stream the lines of a file, ended by LF or CR LF and by no other character.

    YIELDS (tuple[int, bytes]): Line number from 1, and the line without its end; without a byte
        order mark before the first.
    """
    with path.open("rb") as file:
        for number, data in enumerate(file, start=1):
            line = data.removesuffix(b"\n").removesuffix(b"\r")
            yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line


def decode(data: bytes, where: str) -> str:
    """Decode UTF-8, no line end translated, so that offsets count what the file holds."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise FormatError(Errors.SC015.format(where=where)) from None


def encode(text: str, doc: str) -> bytes:
    """Encode as UTF-8 what was made of one document."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        what, expected = "a lone surrogate", "text that UTF-8 can hold"
        message = Errors.SC026.format(doc=ascii(doc)[1:-1], what=what, expected=expected)
        raise FormatError(message) from None


@contextmanager
def located(where: str) -> Iterator[None]:
    """Tell in which file a Record contradicts itself."""
    try:
        yield
    except RecordError as error:
        raise FormatError(Errors.SC012.format(where=where, error=error)) from error


def check_losses(doc: str, format: str, lost: Counter[str], left_out: Counter[str] | None) -> None:
    """Count what a document loses in a format, or refuse to lose it.

    doc (str): The document's id.
    format (str): The format's name.
    lost (Counter[str]): How many things of each kind it has no place for.
    left_out (Counter[str] | None): Where they are counted; None: raises FormatError if there are
        any.
    """
    if left_out is not None:
        left_out.update(lost)
    elif lost:
        what = ", ".join(f"{kind} ({n})" for kind, n in sorted(lost.items()))
        advice = "Count them in a `left_out`, or write JSONL, which holds everything."
        raise FormatError(Errors.SC020.format(doc=doc, format=format, what=what, advice=advice))


def flat(text: str) -> str:
    """Write text on one line: line ends and tabs as spaces, one for one."""
    return text.translate(_FLAT)


def covered_text(text: str, fragments: Fragments) -> str:
    """The text of a mention as formats repeat it: on one line, fragments joined by a space."""
    return flat(" ".join(text[start:end] for start, end in fragments))


def text_mismatch(
    where: str, entity: str, fragments: Fragments, covered: str, given: str
) -> FormatError:
    """Make the error for a line that repeats other text than its offsets cover. Quotes neither."""
    pairs = zip(covered, given, strict=False)
    same = min(len(covered), len(given))
    message = Errors.SC011.format(
        where=where,
        entity=entity,
        fragments="; ".join(f"{start}-{end}" for start, end in fragments),
        covered=len(covered),
        given=len(given),
        first=next((i for i, (a, b) in enumerate(pairs) if a != b), same) + 1,
    )
    return FormatError(message)


def check_repeated(where: str, entity: str, place: tuple[int, int], text: str, given: str) -> None:
    """Raise FormatError where a file repeats other text than its offsets cover, white space aside.

    where (str): The place in the file, for messages.
    entity (str): What repeats it.
    place (tuple[int, int]): Its offsets, in the text.
    text (str): The text.
    given (str): What the file repeats.
    """
    covered = text[place[0] : place[1]]
    if "".join(covered.split()) != "".join(given.split()):
        raise text_mismatch(where, entity, (place,), flat(covered), flat(given))
