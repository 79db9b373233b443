"""A WebAnno TSV document taken in as a Record. What becomes of each part is told in `webanno`."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..records import Attribute, Entity, Record, Relation
from .file_reading import check_repeated, malformed
from .offset_units import Utf16
from .webanno_lines import (
    BASE,
    CHAIN,
    RELATION,
    ROLE,
    SPAN,
    Layer,
    Unit,
    Value,
    name_of,
    read_layer,
    read_unit,
    read_value,
    read_values,
    split_escaped,
    unescape,
)

IDENTIFIER = "identifier"
LINGUISTIC = re.compile(r"de\.tudarmstadt\.ukp\.dkpro\.core\.api\.(lexmorph|segmentation|syntax)\.")
_VERSION = re.compile(r"#FORMAT=WebAnno TSV 3\.[0-9]+ *")
_LINK = re.compile(r"(?s)(.*)->([0-9]{1,9})-([0-9]{1,9})")
_REFERENCE = re.compile(r"([0-9.-]+)(?:\[([0-9]+)(?:_([0-9]+))?\])?")


@dataclass
class Annotation:
    """A span: its layer, its units, what its features say, and what its slots point at."""

    layer: Layer
    units: list[Unit] = field(default_factory=list)
    said: dict[str, str | None] = field(default_factory=dict)
    slots: list[tuple[str | None, str]] = field(default_factory=list)
    id: str = ""

    @property
    def start(self) -> int:
        return min(unit.start for unit in self.units)

    @property
    def end(self) -> int:
        return max(unit.end for unit in self.units)


class Arrow(NamedTuple):
    """A relation: its layer, its features, source as a reference, and the target's unit."""

    layer: Layer
    said: dict[str, str | None]
    source: str
    unit: Unit


def read_document(data: str, name: str, where: str, left_out: Counter[str]) -> Record:
    """Read a document.

    data (str): The file.
    name (str): The document's id.
    where (str): The file's name, for messages.
    left_out (Counter[str]): What has no place in a Record is counted here.
    RETURNS (Record): The document.
    """
    lines = [line.removesuffix("\r") for line in data.split("\n")]
    if not _VERSION.fullmatch(lines[0]):
        raise malformed(f"{where}, line 1", "another version", "'#FORMAT=WebAnno TSV 3.3' or 3.x")
    layers, first = _header(lines)
    body = _Body(lines, first, where, sum(len(layer.features) for layer in layers))
    return _Layers(body, layers, left_out).record(name)


def _header(lines: list[str]) -> tuple[list[Layer], int]:
    layers: list[Layer] = []
    first = 1
    while first < len(lines) and lines[first].startswith((SPAN, RELATION, CHAIN)):
        columns = sum(len(layer.features) for layer in layers)
        layers.append(read_layer(lines[first], columns))
        first += 1
    return layers, first


class _Body:
    """The text and the units of a document."""

    def __init__(self, lines: list[str], first: int, where: str, columns: int) -> None:
        self.where = where
        self.text: list[str] = []
        self.length = 0
        self.units: list[Unit] = []
        waiting: list[str] = []
        for number, line in enumerate(lines[first:], start=first + 1):
            if line.startswith("#Text="):
                waiting.append(unescape(line.removeprefix("#Text=")))
            elif line and line[0] != "#":
                unit = read_unit(line, f"{where}, line {number}", columns)
                if waiting:
                    self._sentence("\n".join(waiting), unit)
                    waiting = []
                self.units.append(unit)

    def _sentence(self, text: str, unit: Unit) -> None:
        """Add a sentence where its first token stands."""
        before = max(0, text.find(unit.token))
        start = unit.start - len(text[:before].encode("utf-16-le")) // 2
        if start < self.length:
            found = f"a sentence at {start}, before the last one ends at {self.length}"
            raise malformed(unit.where, found, "sentences in order, offsets in UTF-16")
        gap = " " * (start - self.length)
        self.text.append("\n" + gap[1:] if gap and self.text else gap)
        self.text.append(text)
        self.length = start + len(text.encode("utf-16-le")) // 2


class _Layers:
    """The annotations of a document, by what they may be referred to with."""

    def __init__(self, body: _Body, layers: list[Layer], left_out: Counter[str]) -> None:
        self.body = body
        self.left_out = left_out
        self.found: dict[tuple[int, str], Annotation] = {}
        self.links: dict[tuple[int, int, int], tuple[Annotation, str | None]] = {}
        self.arrows: list[Arrow] = []
        for unit in body.units:
            for layer in layers:
                if layer.kind == SPAN:
                    self._spans(unit, layer)
                elif layer.kind == CHAIN:
                    self._chains(unit, layer)
                else:
                    self._arrows(unit, layer)
        self.marked: dict[str, Annotation] = {}
        self.plain: defaultdict[str, list[Annotation]] = defaultdict(list)
        for (_, key), annotation in self.found.items():
            if "-" in key:
                self.plain[annotation.units[0].id].append(annotation)
            else:
                self.marked[key] = annotation

    def record(self, name: str) -> Record:
        text = "".join(self.body.text)
        units = Utf16(text)
        for unit in (unit for unit in self.body.units if unit.start < unit.end):
            place = units.extent(unit.start, unit.end, unit.where)
            check_repeated(unit.where, unit.id, place, text, unescape(unit.token))
        chained = [annotation for annotation, _ in self.links.values()]
        meant = [a for a in (*self.found.values(), *chained) if self._is_meant(a)]
        meant.sort(key=lambda annotation: (annotation.start, annotation.end))
        entities: list[Entity] = []
        attributes: list[Attribute] = []
        for number, annotation in enumerate(meant, start=1):
            annotation.id = f"T{number}"
            label, rest = name_of(annotation.layer, annotation.said)
            concept = rest.pop(IDENTIFIER, "")
            place = units.extent(annotation.start, annotation.end, annotation.units[0].where)
            entities.append(
                Entity(annotation.id, label or annotation.layer.short, (place,), concept)
            )
            attributes += [Attribute(annotation.id, key, value) for key, value in rest.items()]
        relations = tuple(self._relations(meant))
        layers = {a.id: a.layer.type for a in meant}
        meta = {"webanno": {"layers": layers}} if len(set(layers.values())) > 1 else {}
        return Record(name, text, tuple(entities), relations, tuple(attributes), meta=meta)

    def _columns(self, unit: Unit, layer: Layer) -> Iterator[tuple[str, str]]:
        last = layer.first + len(layer.features)
        return zip(layer.features, unit.columns[layer.first : last], strict=True)

    def _spans(self, unit: Unit, layer: Layer) -> None:
        role: list[str] | None = None
        for feature, column in self._columns(unit, layer):
            if column == "_":
                continue
            parts = split_escaped(column, "|")
            if feature.startswith(ROLE):
                role = parts
            elif role is not None and "." in feature:
                self._slots(unit, layer, role, parts)
                role = None
            else:
                for index, part in enumerate(parts):
                    value = read_value(part)
                    self._annotation(unit, layer, index, value).said[feature] = value.text

    def _annotation(self, unit: Unit, layer: Layer, index: int, value: Value) -> Annotation:
        key = (layer.first, value.mark or f"{unit.id}-{index}")
        annotation = self.found.setdefault(key, Annotation(layer))
        if not annotation.units or annotation.units[-1] is not unit:
            annotation.units.append(unit)
        return annotation

    def _slots(self, unit: Unit, layer: Layer, roles: list[str], targets: list[str]) -> None:
        for index, (role, target) in enumerate(zip(roles, targets, strict=False)):
            mark = read_value(role).mark
            annotation = self._annotation(unit, layer, index, Value(None, mark))
            if len(annotation.units) > 1 or target == "*":
                continue
            names = [read_value(part).text for part in split_escaped(role, ";")]
            annotation.slots += zip(names, split_escaped(target, ";"), strict=False)

    def _chains(self, unit: Unit, layer: Layer) -> None:
        said = {
            feature: split_escaped(column, "|") for feature, column in self._columns(unit, layer)
        }
        kinds = said.get("referenceType", [])
        for index, link in enumerate(said.get("referenceRelation", [])):
            match = _LINK.fullmatch(link)
            if match:
                key = (layer.first, int(match[2]), int(match[3]))
                fresh = Annotation(Layer(SPAN, layer.type, ["referenceType"], layer.first))
                label = read_value(match[1]).text
                annotation, _ = self.links.setdefault(key, (fresh, label))
                annotation.units.append(unit)
                kind = read_value(kinds[index]) if index < len(kinds) else Value(None, "")
                annotation.said["referenceType"] = kind.text

    def _arrows(self, unit: Unit, layer: Layer) -> None:
        columns = dict(self._columns(unit, layer))
        base = next((feature for feature in layer.features if feature.startswith(BASE)), "")
        for index, source in enumerate(split_escaped(columns.pop(base, "_"), "|")):
            if source != "_":
                values = {f: read_values(column) for f, column in columns.items()}
                said = {f: v[index].text for f, v in values.items() if index < len(v)}
                self.arrows.append(Arrow(layer, said, source, unit))

    def _is_meant(self, annotation: Annotation) -> bool:
        if LINGUISTIC.match(annotation.layer.type):
            self.left_out[f"annotations of the layer {annotation.layer.short}"] += 1
            return False
        if annotation.start == annotation.end:
            self.left_out["annotations of no length"] += 1
            return False
        return True

    def _relations(self, meant: list[Annotation]) -> Iterator[Relation]:
        for annotation in meant:
            for role, target in annotation.slots:
                match = _REFERENCE.fullmatch(target)
                tail = self._referred(match[1], match[2] or "0", "") if match else None
                yield from self._relation(annotation, tail, role or annotation.layer.short)
        for arrow in self.arrows:
            yield from self._arrow(arrow)
        for (first, chain, number), (annotation, label) in self.links.items():
            following = self.links.get((first, chain, number + 1))
            if following:
                kind = label or annotation.layer.short
                yield from self._relation(annotation, following[0], kind)

    def _arrow(self, arrow: Arrow) -> Iterator[Relation]:
        match = _REFERENCE.fullmatch(arrow.source)
        if not match:
            raise malformed(arrow.unit.where, "a malformed reference", "SENTENCE-TOKEN[N_N]")
        base = arrow.layer.features[-1].removeprefix(BASE)
        head = self._referred(match[1], match[2] or "0", base)
        tail = self._referred(arrow.unit.id, match[3] or "0", base)
        label, rest = name_of(arrow.layer, arrow.said)
        self.left_out["further features of relations"] += len(rest)
        yield from self._relation(head, tail, label)

    def _referred(self, unit: str, mark: str, base: str) -> Annotation | None:
        if mark != "0":
            return self.marked.get(mark)
        at = self.plain[unit]
        return next((a for a in at if a.layer.type == base), at[0] if at else None)

    def _relation(
        self, head: Annotation | None, tail: Annotation | None, label: str
    ) -> Iterator[Relation]:
        if head and tail and head.id and tail.id:
            yield Relation(head.id, tail.id, label)
        else:
            self.left_out["relations of what isn't a mention"] += 1
