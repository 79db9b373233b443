"""A Record given out as WebAnno TSV 3.3. What becomes of each part is told in `webanno`."""

import re
from collections import Counter, defaultdict

from ..errors import Errors, FormatError
from ..records import Record
from .file_reading import check_losses
from .format_capacity import Keeps, keep
from .offset_units import Utf16
from .plain_tokens import Extent, cut_tokens
from .webanno_lines import BASE, NAMED_ENTITY, RELATION, SPAN, escape_text, escape_value

KEEPS = Keeps(
    spaces=False,
    concepts=True,
    relations=True,
    attributes=True,
    reserved=("identifier", "value"),
)
TITLE = "WebAnno TSV"
CUSTOM = "webanno.custom.Relation"
_NAME = re.compile(r"(?!ROLE_|BT_)[^|.\t\r\n]+")
_GAP = re.compile(r"\n *")


def write_document(record: Record, left_out: Counter[str] | None) -> str:
    """Make the file of a document.

    record (Record): The document.
    left_out (Counter[str] | None): As for `keep`.
    RETURNS (str): The file.
    """
    kept = keep(record, KEEPS, TITLE, left_out)
    names = list(dict.fromkeys(attribute.name for attribute in kept.attributes))
    borders = [point for entity in kept.entities for point in (entity.start, entity.end)]
    tokens = cut_tokens(record.text, borders)
    sentences = _sentences(record.text, tokens)
    columns = _Columns(kept, tokens, names, _unit_ids(sentences))
    units = Utf16(record.text)
    lines = [
        "#FORMAT=WebAnno TSV 3.3",
        f"{SPAN}{'|'.join([NAMED_ENTITY, 'identifier', 'value', *names])}",
    ]
    if kept.relations:
        lines.append(f"{RELATION}{CUSTOM}|label|{BASE}{NAMED_ENTITY}")
    lines.append("")
    for sentence in sentences:
        lines.append("")
        text = record.text[sentence[0][0] : sentence[-1][1]]
        lines += [f"#Text={escape_text(line)}" for line in text.split("\n")]
        for start, end in sentence:
            place = f"{units.unit(start)}-{units.unit(end)}"
            unit, row = columns.ids[start], columns.row(start)
            lines.append("\t".join([unit, place, record.text[start:end], *row, ""]))
    body = "\n".join([*lines, ""])
    _check(kept, names, body, sentences, left_out)
    return body


def _sentences(text: str, tokens: list[Extent]) -> list[list[Extent]]:
    """Part tokens at line ends where the format keeps what stands between them."""
    found: list[list[Extent]] = []
    last = 0
    for start, end in tokens:
        if not found or _GAP.fullmatch(text[last:start]):
            found.append([])
        found[-1].append((start, end))
        last = end
    return found


def _unit_ids(sentences: list[list[Extent]]) -> dict[int, str]:
    return {
        start: f"{number}-{index}"
        for number, sentence in enumerate(sentences, start=1)
        for index, (start, _) in enumerate(sentence, start=1)
    }


class _Columns:
    """What stands after each token.

    record (Record): The document.
    tokens (list[Extent]): Its tokens.
    names (list[str]): Of the attributes.
    ids (dict[int, str]): Start of a token to its unit.
    """

    def __init__(
        self, record: Record, tokens: list[Extent], names: list[str], ids: dict[int, str]
    ) -> None:
        self.ids = ids
        self.width = 2 + len(names)
        said: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for attribute in record.attributes:
            said[attribute.target][attribute.name] = attribute.value
        marks = {entity.id: number for number, entity in enumerate(record.entities, start=1)}
        places = {entity.id: entity.start for entity in record.entities}
        self.spans: defaultdict[int, list[list[str]]] = defaultdict(list)
        starts = [start for start, _ in tokens]
        order = {start: index for index, start in enumerate(starts)}
        for entity in record.entities:
            values = [entity.concept or None, entity.label]
            values += [said[entity.id].get(name) for name in names]
            cells = [f"{_cell(value)}[{marks[entity.id]}]" for value in values]
            for index in range(order[entity.start], len(starts)):
                if starts[index] >= entity.end:
                    break
                self.spans[starts[index]].append(cells)
        self.arrows: defaultdict[int, list[list[str]]] = defaultdict(list)
        for rel in record.relations:
            source = f"{ids[places[rel.head]]}[{marks[rel.head]}_{marks[rel.tail]}]"
            self.arrows[places[rel.tail]].append([_cell(rel.label), source])
        self.related = bool(record.relations)

    def row(self, start: int) -> list[str]:
        spans = _stacked(self.spans[start], self.width)
        return spans + (_stacked(self.arrows[start], 2) if self.related else [])


def _stacked(cells: list[list[str]], width: int) -> list[str]:
    return ["|".join(column) for column in zip(*cells, strict=True)] if cells else ["_"] * width


def _cell(value: str | None) -> str:
    return "*" if value is None else escape_value(value)


def _check(
    record: Record,
    names: list[str],
    body: str,
    sentences: list[list[Extent]],
    left_out: Counter[str] | None,
) -> None:
    """Refuse what the format can't hold, and count the white space that it loses."""
    odd = [name for name in names if not _NAME.fullmatch(name)]
    if odd or "\r" in body:
        what = f"the attribute '{odd[0]}'" if odd else "a carriage return in a value"
        advice = "Give features names without bars, stops and tabs, and values without it."
        message = Errors.SC020.format(doc=record.id, format=TITLE, what=what, advice=advice)
        raise FormatError(message)
    text = record.text
    first, last = (sentences[0][0][0], sentences[-1][-1][1]) if sentences else (0, 0)
    if text[:first] != " " * first or text[last:]:
        check_losses(record.id, TITLE, Counter({"texts that lose white space": 1}), left_out)
