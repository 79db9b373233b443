"""A UIMA CAS taken in as a Record. What becomes of each part is told in `cas`."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..records import Attribute, Entity, Record, Relation
from .file_reading import malformed
from .webanno_lines import LABELS

IDENTIFIER = "identifier"
_ENDS: tuple[tuple[str, ...], ...] = (("Governor", "Dependent"), ("source", "target"))
_OWN = {"begin", "end", "sofa"}
_PASSED = re.compile(
    r"uima\.tcas\.DocumentAnnotation|de\.tudarmstadt\.ukp\.dkpro\.core\.api\."
    r"(lexmorph|segmentation|syntax|metadata)\.|de\.tudarmstadt\.ukp\.clarin\.webanno\.api\."
)


def record_of(cas: Any, name: str, where: str, left_out: Counter[str]) -> Record:
    """Make a Record of a CAS.

    cas (cassis.Cas): As the library read it; its first view with a text is taken.
    name (str): The document's id.
    where (str): The file's name, for messages.
    left_out (Counter[str]): What has no place in a Record is counted here.
    RETURNS (Record): The document.
    """
    views = _views_with_text(cas)
    if not views:
        raise malformed(where, "a CAS without text", "a view with a sofaString")
    left_out["further views"] += len(views) - 1
    return _Structures(views[0], left_out).record(name, views[0].sofa_string)


def _views_with_text(cas: Any) -> list[Any]:
    """The views that have a text: makers that begin with another form of the document, such as
    CDA, leave _InitialView without one."""
    views = (cas.get_view(view.sofa.sofaID) for view in cas.views)
    return [view for view in views if isinstance(view.sofa_string, str)]


class _Structures:
    """The annotations of a CAS: relations, and mentions by the number that the library gives."""

    def __init__(self, cas: Any, left_out: Counter[str]) -> None:
        self.left_out = left_out
        found = [fs for fs in cas.select_all_annotations() if not self._is_passed(fs)]
        self.arrows = [fs for fs in found if _ends(fs)]
        mentions = [fs for fs in found if not _ends(fs) and self._has_length(fs)]
        mentions.sort(key=lambda fs: (fs.begin, fs.end))
        self.mentions = {f"T{number}": fs for number, fs in enumerate(mentions, start=1)}
        self.ids = {id(fs): key for key, fs in self.mentions.items()}

    def record(self, name: str, text: str) -> Record:
        entities, attributes = [], []
        for key, fs in self.mentions.items():
            label, rest = self._said(fs)
            concept = "".join(rest.pop(IDENTIFIER, [])[:1])
            entities.append(
                Entity(key, label or fs.type.short_name, ((fs.begin, fs.end),), concept)
            )
            attributes += [
                Attribute(key, n, value) for n, values in rest.items() for value in values
            ]
        layers = {key: fs.type.name for key, fs in self.mentions.items()}
        meta = {"cas": {"layers": layers}} if len(set(layers.values())) > 1 else {}
        relations = tuple(self._relations())
        return Record(name, text, tuple(entities), relations, tuple(attributes), meta=meta)

    def _is_passed(self, fs: Any) -> bool:
        passed = bool(_PASSED.match(fs.type.name))
        self.left_out[f"annotations of the layer {fs.type.short_name}"] += passed
        return passed

    def _has_length(self, fs: Any) -> bool:
        self.left_out["annotations of no length"] += fs.begin == fs.end
        return bool(fs.begin != fs.end)

    def _said(self, fs: Any) -> tuple[str | None, dict[str, list[str]]]:
        """Find the label of an annotation, and its other features that have values."""
        said: dict[str, list[str]] = {}
        texts = []
        for feature in fs.type.all_features:
            if feature.name.rstrip("_") in {*_OWN, *_ends(fs)}:
                continue
            if feature.rangeType.name == "uima.cas.String":
                texts.append(feature.name)
            values = _values(fs.get(feature.name))
            if values is None:
                self.left_out["features that hold structures"] += not _is_link(fs, feature)
            elif values:
                said[feature.name.rstrip("_")] = values
        key = next((n for n in LABELS if n in (t.rstrip("_") for t in texts)), "")
        key = key or (texts[0] if len(texts) == 1 else "")
        label = said.pop(key, None)
        return (label[0] if label else None), said

    def _relations(self) -> Iterator[Relation]:
        for fs in self.arrows:
            label, rest = self._said(fs)
            self.left_out["further features of relations"] += len(rest)
            head, tail = _ends(fs)
            yield from self._relation(
                fs.get(head), fs.get(tail), fs.type.short_name if label is None else label
            )
        for fs in self.mentions.values():
            for feature in fs.type.all_features:
                if not _is_link(fs, feature):
                    continue
                value = fs.get(feature.name)
                if feature.name == "next":
                    label = fs.get("referenceRelation") or fs.type.short_name
                    yield from self._relation(fs, value, label)
                else:
                    for link in value.elements:
                        yield from self._relation(fs, link.target, link.role or feature.name)

    def _relation(self, head: Any, tail: Any, label: str) -> Iterator[Relation]:
        ends = (self.ids.get(id(head)), self.ids.get(id(tail)))
        if ends[0] and ends[1]:
            yield Relation(ends[0], ends[1], label)
        else:
            self.left_out["relations of what isn't a mention"] += 1


def _ends(fs: Any) -> tuple[str, ...]:
    """The features that hold a relation's source and target, none where it is no relation."""
    names = {feature.name for feature in fs.type.all_features}
    return next((pair for pair in _ENDS if set(pair) <= names), ())


def _is_link(fs: Any, feature: Any) -> bool:
    value = fs.get(feature.name)
    if feature.name == "next":
        return hasattr(value, "begin")
    links: Any = getattr(value, "elements", None)
    return bool(links) and all(hasattr(link, "target") for link in links)


def _values(value: Any) -> list[str] | None:
    """Write a feature's values as strings: none where it has none, None where it is a structure."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, int | float):
        return [repr(value)]
    elements = getattr(value, "elements", None)
    if isinstance(elements, list) and all(isinstance(e, str | int | float) for e in elements):
        return [one for element in elements for one in _values(element) or []]
    return None
