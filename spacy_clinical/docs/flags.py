"""The booleans of medspaCy over what is stored of a mention: `span._.is_negated` and its kin.

medspaCy sets extensions of the same names, with a default. Whoever comes first owns them. If that
is us, others may write: what they write is kept where spaCy keeps such values, and wins over what
is stored. If it is them, we write through to theirs, and only what is true.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from spacy.tokens import Span

from .assertion_vocabulary import meanings_of
from .lookup import lookup

FLAG_OF = {
    "absent": "is_negated",
    "possible": "is_uncertain",
    "hypothetical": "is_hypothetical",
    "historical": "is_historical",
    "family": "is_family",
}
FLAGS = tuple(FLAG_OF.values())


def flags_of(attributes: Iterable[Sequence[Any]]) -> list[str]:
    """Tell which booleans the attributes of a mention make true, by the shared vocabulary.

    attributes (Iterable[Sequence]): Name, value, and perhaps more, of each.
    RETURNS (list[str]): Of FLAGS, in their order.
    """
    meant = {FLAG_OF.get(value) for value in meanings_of(attributes).values}
    return [flag for flag in FLAGS if flag in meant]


def install_flags() -> None:
    """Set the booleans on Span; one of that name that somebody else has set is left alone."""
    for flag in FLAGS:
        if not Span.has_extension(flag):
            Span.set_extension(flag, getter=partial(_read, flag), setter=partial(_write, flag))


def foreign_flags() -> list[str]:
    """RETURNS (list[str]): Booleans that others have set and that can be written."""
    return [flag for flag in FLAGS if Span.has_extension(flag) and _is_foreign(flag)]


def share_flags(spans: Sequence[Span], attributes: Sequence[Iterable[Sequence[Any]]]) -> None:
    """Write what is true of mentions to the booleans that others have set.

    spans (Sequence[Span]): The mentions.
    attributes (Sequence): Name and value pairs of each.
    """
    foreign = foreign_flags()
    if foreign:
        for span, pairs in zip(spans, attributes, strict=True):
            for flag in set(flags_of(pairs)) & set(foreign):
                span._.set(flag, True)


def _is_foreign(flag: str) -> bool:
    _, method, getter, setter = Span.get_extension(flag)
    if isinstance(getter, partial) and getter.func is _read:
        return False
    return setter is not None or (getter is None and method is None)


def _read(flag: str, span: Span) -> bool:
    written = span.doc.user_data.get(_place(flag, span))
    return flag in flags_of(lookup(span, "attributes") or ()) if written is None else written


def _write(flag: str, span: Span, value: bool) -> None:
    span.doc.user_data[_place(flag, span)] = value


def _place(flag: str, span: Span) -> Any:
    """Where spaCy keeps the value of an extension with a default; its stubs say a string."""
    return "._.", flag, span.start_char, span.end_char
