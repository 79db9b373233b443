"""BioC's JSON made whole: the parts that its library asks for and makers of BioC leave out."""

from types import NoneType
from typing import Any

from .json_items import Fields, Repeated

_NODE = {"role": ""}
_RELATION = {"id": "", "infons": {}, "nodes": (_NODE,)}
_ANNOTATION = {"infons": {}, "text": "", "locations": ({},)}
_PART = {"infons": {}, "annotations": (_ANNOTATION,), "relations": (_RELATION,)}
_PASSAGE = {**_PART, "sentences": ({**_PART, "text": ""},)}
_DOCUMENT = {**_PART, "passages": (_PASSAGE,)}
_KINDS = {"offset": int, "length": int, "text": str, "infons": dict}


def completed(value: Any) -> Fields:
    """Complete a document.

    value (Any): The document.
    RETURNS (Fields): With all parts. Raises TypeError or ValueError for a part of another kind,
        which the library takes as it is, and for one in which a key stands twice.
    """
    return _with_parts(value, _DOCUMENT)


def _with_parts(value: Any, shape: dict[str, Any]) -> Fields:
    if isinstance(value, Repeated):
        raise TypeError
    fields = dict(value)
    if shape is not _DOCUMENT and "passages" in fields:  # a bracket is lost: a document in another
        raise TypeError
    for key, default in shape.items():
        if isinstance(default, tuple):
            found = fields.get(key) or []
            fields[key] = [_with_parts(one, default[0]) for one in found]
        elif fields.get(key) is None:
            fields[key] = default
    if any(type(fields.get(key)) not in (kind, NoneType) for key, kind in _KINDS.items()):
        raise TypeError
    return fields
