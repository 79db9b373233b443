"""A Record given out as tokens, offsets and tags."""

import re
from collections import Counter

from ..errors import Errors, FormatError
from ..records import Record
from .conll_layout import TAG, fill
from .file_reading import check_losses, encode
from .format_capacity import Keeps, keep
from .plain_tokens import Extent, cut_tokens

KEEPS = Keeps(overlaps=False, spaces=False)
TITLE = "CoNLL"
START = re.compile(r"(?:-DOCSTART-|# newdoc(?: id =)?)(?P<id>.*)", re.DOTALL)


def write_block(record: Record, left_out: Counter[str] | None) -> bytes:
    """Make the lines of a document.

    record (Record): The document.
    left_out (Counter[str] | None): As for `keep`.
    RETURNS (bytes): The lines, an empty one last.
    """
    kept = keep(record, KEEPS, TITLE, left_out)
    _check(kept)
    borders = [point for entity in kept.entities for point in (entity.start, entity.end)]
    tokens = cut_tokens(record.text, borders)
    tags = _tags(kept, tokens)
    breaks = _breaks(record.text, tokens, tags)
    words = [record.text[start:end] for start, end in tokens]
    if fill(tokens, words, breaks) != record.text:
        check_losses(record.id, TITLE, Counter({"texts that lose white space": 1}), left_out)
    lines = [f"-DOCSTART- {record.id}\n"]
    for (start, end), word, tag in zip(tokens, words, tags, strict=True):
        lines.append(f"{'' if start not in breaks else chr(10)}{word}\t{start}\t{end}\t{tag}\n")
    return encode("".join([*lines[:1], "\n", *lines[1:], "\n"]), record.id)


def _tags(record: Record, tokens: list[Extent]) -> list[str]:
    begins = {entity.start: entity for entity in record.entities}
    tags, end, label = [], 0, ""
    for start, _ in tokens:
        if start in begins:
            end, label = begins[start].end, begins[start].label
            tags.append(f"B-{label}")
        else:
            tags.append(f"I-{label}" if start < end else "O")
    return tags


def _breaks(text: str, tokens: list[Extent], tags: list[str]) -> set[int]:
    """Where sentences begin: at tokens after a line end that isn't in a mention."""
    before = [0, *(end for _, end in tokens)]
    return {
        start
        for (start, _), last, tag in zip(tokens, before, tags, strict=False)
        if last and tag[0] != "I" and "\n" in text[last:start]
    }


def _check(record: Record) -> None:
    odd = [e.label for e in record.entities if not TAG.fullmatch(f"B-{e.label}")]
    words = [word for word in record.id.split() if word not in ("O", "-X-")]
    if odd or " ".join(words) != record.id or not record.id:
        what = f"the label '{odd[0]}'" if odd else "this id"
        advice = "Give it no tab, line end or outer blank, and another name than O or -X-."
        message = Errors.SC020.format(doc=record.id, format=TITLE, what=what, advice=advice)
        raise FormatError(message)
