"""A Record as the lines of a PubTator document. What it has no place for is counted."""

import re
from collections import Counter
from collections.abc import Iterable

from ..errors import Errors, FormatError
from ..records import Attribute, ConceptRelation, Entity, Record
from .file_reading import check_losses, covered_text, flat

INDIVIDUAL = "individual_mentions"
DBSNP = "dbSNP"
COLUMN = "column"
HEADER = re.compile(r"([^\s|\ufeff]+)\|([ta])\|(.*)", re.DOTALL)
OFFSET = re.compile(r"[0-9]{1,12}")
LINE_ENDS = "line ends in texts, written as spaces"
_COLUMN = re.compile(r"column([1-9][0-9]?)")


def document_lines(record: Record, left_out: Counter[str] | None) -> list[str]:
    """Make the lines of a document.

    record (Record): The document.
    left_out (Counter[str] | None): Counts by kind what is left out; None: it is refused.
    RETURNS (list[str]): Without line ends. Raises FormatError for a document that can't be written.
    """
    lost: Counter[str] = Counter()
    title, abstract = _texts(record, lost)
    rows = _mention_rows(record, lost)
    rows += [_relation_row(record, rel, lost) for rel in record.concept_relations]
    _count_rest(record, lost)
    check_losses(record.id, "PubTator", +lost, left_out)
    body = ["\t".join([record.id, *columns]) for columns in rows]
    return [f"{record.id}|t|{title}", f"{record.id}|a|{abstract}", *body]


def join(title: str, abstract: str, entities: Iterable[Entity]) -> str:
    """RETURNS (str): The text that offsets count in: a title alone has no separator, unless a
    mention reaches beyond it."""
    beyond = any(entity.end > len(title) for entity in entities)
    return f"{title}\n{abstract}" if abstract or beyond else title


def _texts(record: Record, lost: Counter[str]) -> tuple[str, str]:
    if not HEADER.fullmatch(f"{record.id}|t|") or flat(record.id) != record.id:
        raise _refusal(record, "this id, which is empty or has spaces or bars")
    if record.id.startswith("##"):
        raise _refusal(record, "this id, which begins with '##'")
    title, _, abstract = record.text.partition("\n")
    title, abstract = (re.sub("[\r\n]", " ", part) for part in (title, abstract))
    whole = join(title, abstract, (e for e in record.entities if len(e.fragments) == 1))
    lost[LINE_ENDS] += whole != record.text
    return title, abstract


def _mention_rows(record: Record, lost: Counter[str]) -> list[list[str]]:
    further: dict[str, dict[int, str]] = {}
    for attribute in record.attributes:
        number = _number(attribute)
        columns = further.setdefault(attribute.target, {})
        if number and attribute.value and number not in columns:
            columns[number] = attribute.value
            lost["scores of attributes"] += attribute.score is not None
            lost["cues of attributes"] += attribute.cue is not None
        else:
            lost["attributes"] += 1
    rows = []
    for entity in record.entities:
        lost["scores of mentions"] += entity.score is not None
        if len(entity.fragments) > 1:
            lost["discontinuous mentions"] += 1
            lost["attributes"] += len(further.get(entity.id, {}))
        else:
            rows.append(_mention_row(record, entity, further.get(entity.id, {})))
    return rows


def _number(attribute: Attribute) -> int:
    """The column of an attribute, 0 if it has none."""
    if attribute.name in (INDIVIDUAL, DBSNP):
        return 7
    match = _COLUMN.fullmatch(attribute.name)
    return int(match[1]) if match and int(match[1]) > 7 else 0


def _mention_row(record: Record, entity: Entity, further: dict[int, str]) -> list[str]:
    covered = covered_text(record.text, entity.fragments)
    columns = [str(entity.start), str(entity.end), covered, entity.label, entity.concept]
    columns += [further.get(number, "") for number in range(7, max(further, default=6) + 1)]
    if any(flat(column) != column for column in columns):
        raise _refusal(record, "a tab or line end in a label, concept or note")
    return columns if entity.concept or further else columns[:-1]


def _relation_row(record: Record, rel: ConceptRelation, lost: Counter[str]) -> list[str]:
    of = "relations between concepts"
    lost[f"scores of {of}"] += rel.score is not None
    lost[f"evidence of {of}"] += bool(rel.evidence)
    if not (rel.label and rel.head and rel.tail) or OFFSET.fullmatch(rel.label):
        what = f"the concept relation '{rel.label}': a number, or a part is empty"
        raise _refusal(record, what)
    columns = [rel.label, rel.head, rel.tail]
    if any(flat(column) != column for column in columns) or re.search("[\r\n]", rel.note):
        raise _refusal(record, "a tab or line end in a label, concept or note")
    return [*columns, rel.note] if rel.note else columns


def _count_rest(record: Record, lost: Counter[str]) -> None:
    lost["relations"] += len(record.relations)
    lost["events"] += len(record.events)
    lost["equivalences"] += len(record.equivalences)
    lost["meta fields"] += len(record.meta)


def _refusal(record: Record, what: str) -> FormatError:
    doc, advice = record.id, "Take it out, or write JSONL, which holds everything."
    return FormatError(Errors.SC020.format(doc=doc, format="PubTator", what=what, advice=advice))
