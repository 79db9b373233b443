"""What a document holds, as tables: its mentions, the BILUO tags of its tokens, its relations."""

from collections.abc import Sequence

from spacy.tokens import Doc, Span
from spacy.training.iob_utils import doc_to_biluo_tags

from ..result_tables import Table, decimal
from . import (
    Relation,
    get_assertions,
    get_relations,
    get_spans,
    has_mentions,
    install_extensions,
    is_asserted,
)
from .assertion_store import ASSERTION


def doc_tables(doc: Doc) -> list[Table]:
    """Lay a document's annotation out.

    doc (Doc): Annotated; of one without mentions' annotation, the entities are taken.
    RETURNS (list[Table]): Mentions, tokens and relations.
    """
    install_extensions()
    spans = get_spans(doc) if has_mentions(doc) else doc.ents
    mentions = [
        (s.text, s.label_, s.start_char, s.end_char, decimal(s._.score), said)
        for s, said in zip(spans, _all_said(doc, spans), strict=True)
    ]
    tags = zip(doc, doc_to_biluo_tags(doc), strict=True)
    relations = [
        (_name(r.head), r.label, _name(r.tail), decimal(r.score), _doubt(r))
        for r in get_relations(doc)
    ]
    return [
        Table("Mentions", ("mention", "label", "start", "end", "score", "assertion"), mentions),
        Table("Tokens", ("token", "BILUO"), [(t.text, tag) for t, tag in tags if tag != "O"]),
        Table("Relations", ("head", "relation", "tail", "score", "not asserted"), relations),
    ]


def _all_said(doc: Doc, spans: Sequence[Span]) -> list[str]:
    """All that is said of each span, what weighs most first."""
    if not has_mentions(doc):
        return [span._.assertion or "-" for span in spans]
    rows = get_assertions(doc)
    said = (" ".join(a.value for a in row if a.name == ASSERTION) for row in rows)
    return [words or span._.assertion or "-" for span, words in zip(spans, said, strict=True)]


def _name(span: Span) -> str:
    return " ".join(span.text.split())


def _doubt(relation: Relation) -> str:
    """Why a relation can't be taken as said of the patient."""
    if is_asserted(relation):
        return ""
    ends = (("head", relation.head), ("tail", relation.tail))
    said = ((name, span._.assertion) for name, span in ends)
    return ", ".join(f"{name} {value}" for name, value in said if value not in (None, "present"))
