"""Docs as bytes: spaCy's own format, at a fraction of its time.

`Doc.to_bytes` and `Doc.from_bytes` (spaCy 3.8) call `srsly.msgpack_dumps` and `msgpack_loads` for
the Doc, for its span groups, and for each of these. Each call (srsly 2.5.6, `msgpack/__init__.py`)
asks catalogue (2.0.10, `Registry.get_all`) for the encoders, which reads through the entry points
of all installed packages: most of the time of a note's Doc. Here they are asked for once.
"""

import struct
import threading
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from spacy.tokens import Doc, Span, SpanGroup
from spacy.vocab import Vocab
from srsly import msgpack

_SPAN = struct.Struct(">QQQllll")
Hook = Callable[[Any], Any]


class _Packers(threading.local):
    """A packer for each thread: none may be used by two at a time."""

    def __init__(self) -> None:
        self.pack: Callable[[Any], bytes] = msgpack.Packer(use_bin_type=True).pack


@cache
def _packers() -> _Packers:
    return _Packers()


@cache
def _hook() -> Hook | None:
    """What makes arrays of what arrays were written as, by srsly's registered decoders."""
    hook: Hook | None = None
    for decoder in msgpack.msgpack_decoders.get_all().values():
        hook = partial(decoder, chain=hook)
    return hook


def _unpack(data: bytes) -> Any:
    # With `object_pairs_hook` given, be it as None, srsly doesn't look for decoders.
    return msgpack.unpackb(data, object_hook=_hook(), object_pairs_hook=None, raw=False)


def doc_to_bytes(doc: Doc, exclude: Iterable[str] = ()) -> bytes:
    """Write a document.

    doc (Doc): The document.
    exclude (Iterable[str]): What to leave out, as for `Doc.to_bytes`.
    RETURNS (bytes): What `Doc.from_bytes` and `doc_from_bytes` read.
    """
    exclude = [*exclude]
    parts: dict[str, Any] = doc.to_dict(exclude=[*exclude, "spans"])
    if "spans" not in exclude:
        parts["spans"] = _pack_groups(doc)
    return _packers().pack(parts)


def doc_from_bytes(vocab: Vocab, data: bytes) -> Doc:
    """Read a document.

    vocab (Vocab): Its vocabulary, which takes the document's strings.
    data (bytes): What `doc_to_bytes` or the installed spaCy's `Doc.to_bytes` wrote.
    RETURNS (Doc): The document.
    """
    parts = _unpack(data)
    groups = parts.pop("spans", None)
    doc: Doc = Doc(vocab).from_dict(parts)
    by_bytes: dict[bytes, list[str]] = (groups and _unpack(groups)) or {}
    for packed, keys in by_bytes.items():
        for key in keys:
            doc.spans[key] = _read_group(doc, _unpack(packed))
    return doc


def _pack_groups(doc: Doc) -> bytes:
    """The span groups by their bytes, as `SpanGroups.to_bytes` writes them."""
    if not doc.spans:
        return doc.spans.to_bytes()
    pack, keys = _packers().pack, dict[bytes, list[str]]()
    for key, group in doc.spans.items():
        rows = [_write_span(span) for span in group]
        parts = {"name": group.name, "attrs": group.attrs, "spans": rows}
        keys.setdefault(pack(parts), []).append(key)
    return pack(keys)


def _write_span(span: Span) -> bytes:
    places = span.start, span.end, span.start_char, span.end_char
    return _SPAN.pack(span.id, span.kb_id, span.label, *places)


def _read_group(doc: Doc, parts: dict[str, Any]) -> SpanGroup:
    rows = map(_SPAN.unpack, parts["spans"])
    spans = [
        Span(doc, start, end, label=label, kb_id=kb_id, span_id=id)
        for id, kb_id, label, start, end, _, _ in rows
    ]
    return SpanGroup(doc, name=parts["name"], attrs=parts["attrs"], spans=spans)
