"""`clinical_quantities`: the values of the tests that a document names, by rules."""

from collections.abc import Iterator, Sequence

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc, Span

from ...doc_text import text_of
from ...docs import (
    ENTITY,
    KEY,
    RELATION,
    get_relation_rows,
    get_spans,
    has_mentions,
    install_extensions,
    role_of,
    set_relations,
)
from ...docs.mention_additions import add_mentions, fill_ents
from ...quantities import POINT, NumberFormat, number_formats, parse_quantity
from ..component_order import OrderCheck
from .value_places import find_values

TEST, RESULT = "test", "result"  # roles of labels


@Language.factory(
    "clinical_quantities",
    assigns=["doc.spans", "doc.ents", "doc._.relations", "doc._.rel", "span._.relations"],
    default_config={
        "label": "LAB_VALUE",
        "relation": "RESULT_OF",
        "labels": None,
        "spans_key": KEY,
    },
)
def make_clinical_quantities(
    nlp: Language, name: str, label: str, relation: str, labels: list[str] | None, spans_key: str
) -> "ClinicalQuantities":
    """Make the component that reads the values of tests. It stands behind what finds the tests, and
    before what asserts.

    label (str): The entity label of values.
    relation (str): The label of the relations from values to their tests.
    labels (list[str] | None): Entity labels of tests, None for all that stand for one ("TEST",
        "LAB_TEST", ...).
    spans_key (str): The span group of the mentions.
    """
    formats = number_formats(nlp.lang) if nlp.lang else (POINT,)
    pipe = ClinicalQuantities(
        name,
        label=label,
        relation=relation,
        labels=labels,
        spans_key=spans_key,
        number_format=formats[0],
    )
    pipe.order = OrderCheck(nlp)
    return pipe


class ClinicalQuantities(Pipe):
    """Add a mention for each value right behind a test, and a relation from it to the test.

    name (str): The component's name.
    label (str): The entity label of values.
    relation (str): The label of the relations.
    labels (Sequence[str] | None): Entity labels of tests.
    spans_key (str): The span group of the mentions.
    number_format (NumberFormat): How numbers are written.
    """

    adds_mentions = True

    def __init__(
        self,
        name: str = "clinical_quantities",
        *,
        label: str = "LAB_VALUE",
        relation: str = "RESULT_OF",
        labels: Sequence[str] | None = None,
        spans_key: str = KEY,
        number_format: NumberFormat = POINT,
    ):
        self.name, self.label, self.relation, self.key = name, label, relation, spans_key
        self._labels = None if labels is None else frozenset(labels)
        self._format = number_format
        self.order = OrderCheck()
        install_extensions()

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The entity label that it gives."""
        return (self.label,)

    def __call__(self, doc: Doc) -> Doc:
        """Read the values of a document.

        doc (Doc): The document.
        RETURNS (Doc): The same, with more mentions and relations.
        """
        self.order.tell()
        if not has_mentions(doc, self.key):
            return doc
        rows = get_relation_rows(doc, self.key)
        mentions = get_spans(doc, self.key)
        found = list(self._find(doc, mentions, self._measured(rows)))
        spans = [span for span, _ in found]
        add_mentions(doc, spans, [1.0] * len(spans), [()] * len(spans), key=self.key)
        fill_ents(doc, spans)
        first = len(mentions)
        new = [(first + i, test, self.relation, 1.0) for i, (_, test) in enumerate(found)]
        set_relations(doc, [*rows, *new], key=self.key)
        return doc

    def _measured(self, rows: Sequence[tuple[int, int, str, float | None]]) -> frozenset[int]:
        """Mentions that another component has related to a value, or as one."""
        told = [row for row in rows if role_of(RELATION, row[2]) == RESULT]
        return frozenset(place for head, tail, _, _ in told for place in (head, tail))

    def _find(
        self, doc: Doc, mentions: Sequence[Span], measured: frozenset[int]
    ) -> Iterator[tuple[Span, int]]:
        """The values, each with the position of its test."""
        text = text_of(doc)
        taken = {token for span in mentions for token in range(span.start, span.end)}
        for place, test in enumerate(mentions):
            if place in measured or not self._is_test(test.label_):
                continue
            for start, end in find_values(text, test.end_char, self._format):
                span = self._span(doc, start, end)
                if span is not None and taken.isdisjoint(range(span.start, span.end)):
                    taken |= set(range(span.start, span.end))
                    yield span, place

    def _is_test(self, label: str) -> bool:
        if self._labels is not None:
            return label in self._labels
        return role_of(ENTITY, label) == TEST

    def _span(self, doc: Doc, start: int, end: int) -> Span | None:
        """The tokens of a value, None where they hold more than it."""
        span = doc.char_span(start, end, label=self.label, alignment_mode="expand")
        exact = span is not None and (span.start_char, span.end_char) == (start, end)
        return span if exact or (span and parse_quantity(span.text, self._format)) else None
