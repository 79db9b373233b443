"""What the assertion head sees of one document: mentions, their sentences, what is said of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from spacy.attrs import SENT_START
from spacy.tokens import Doc, Span
from spacy.training import Example

from ...attributes import Scheme
from ...docs import get_assertions, get_spans, has_assertions, has_mentions
from ...docs.assertion_store import ASSERTION, VALUES, one_of_each
from ...errors import Errors, PipelineError
from ..heads.gold_alignment import get_gold_mentions

Array = numpy.ndarray[Any, Any]
Place = tuple[int, int, str]
Rules = Callable[[Doc, Sequence[Span]], Sequence[str | None]]

UNKNOWN = -1
N_RULE_VALUES = 1 + len(VALUES)


@dataclass(frozen=True)
class MentionInstances:
    """The mentions of one document whose label takes an attribute.

    rows (Array): Start, end, start and end of the sentence, in tokens, type number, and where rules
        are asked what they say, shape (n_mentions, 5 or 6).
    positions (Array): Which stored mention each is, shape (n_mentions,).
    truth (Array): Number of the gold value of each attribute, UNKNOWN where there is none, shape
        (n_mentions, n_attributes).
    outside (int): Gold values of mentions that these tokens can't hold.
    """

    rows: Array
    positions: Array
    truth: Array
    outside: int = 0


def predict_mentions(doc: Doc, scheme: Scheme, rules: Rules | None, key: str) -> MentionInstances:
    """Read the mentions that a document stores.

    doc (Doc): With mentions.
    scheme (Scheme): What they may take.
    rules (Callable | None): What rules say of mentions.
    key (str): The span group.
    RETURNS (MentionInstances): Without gold values.
    """
    places = [(span.start, span.end, span.label_) for span in get_spans(doc, key)]
    rows, positions = _describe(doc, places, scheme, rules)
    return MentionInstances(rows, positions, _nothing_known(len(rows), scheme))


def training_mentions(
    example: Example, scheme: Scheme, rules: Rules | None, key: str, name: str
) -> MentionInstances:
    """Read gold mentions with their values, and the predicted ones that touch them.

    A predicted mention with other borders or another label has the values of the gold mention that
    it shares most tokens with. One that touches none is no instance: nothing is known of it.

    example (Example): Its predicted document may hold the mentions of this training pass.
    scheme, rules, key: As for `predict_mentions`.
    name (str): The component, for errors.
    RETURNS (MentionInstances): Without any mentions if the reference has none.
    """
    gold, outside = _gold_values(example, scheme, key, name)
    known = {place: values for place, values in gold.items() if max(values) > UNKNOWN}
    known.update(_near_values(example.predicted, gold, key))
    rows, positions = _describe(example.predicted, list(known), scheme, rules)
    truth = numpy.asarray(list(known.values()), dtype="int64").reshape(-1, len(scheme.types))
    return MentionInstances(rows, positions, truth[positions], outside)


def make_stored_assertions(name: str = ASSERTION) -> Rules:
    """Make a source of what rules say: what a component before the head has stored.

    Only values without a score count, which is how rules leave them; so a document that the head
    has seen before isn't taken at its own word.

    name (str): The attribute.
    RETURNS (Callable): Takes a Doc and spans, gives a value or None for each.
    """

    def read(doc: Doc, spans: Sequence[Span]) -> list[str | None]:
        stored: dict[Place, str] = {}
        for key in [key for key, group in doc.spans.items() if "attributes" in group.attrs]:
            for span, said in zip(get_spans(doc, key), get_assertions(doc, key), strict=True):
                value = one_of_each(a for a in said if a.score is None).get(name)
                if value is not None:
                    stored[span.start, span.end, span.label_] = value
        return [stored.get((span.start, span.end, span.label_)) for span in spans]

    return read


def _describe(
    doc: Doc, places: list[Place], scheme: Scheme, rules: Rules | None
) -> tuple[Array, Array]:
    numbers = {label: i for i, label in enumerate(scheme.labels)}
    kept = [i for i, (_, _, label) in enumerate(places) if label in numbers]
    spans = [places[i][:2] for i in kept]
    bounds = numpy.asarray(spans, dtype="int64").reshape(-1, 2)
    types = numpy.asarray([numbers[places[i][2]] for i in kept], dtype="int64")
    columns = [bounds, _sentences(doc, bounds), types[:, None]]
    if rules is not None:
        said = rules(doc, [Span(doc, *places[i]) for i in kept])
        columns.append(_numbered(said)[:, None])
    return numpy.concatenate(columns, axis=1), numpy.asarray(kept, dtype="int64")


def _sentences(doc: Doc, bounds: Array) -> Array:
    """Start of the sentence of each mention's first token, and end of that of its last."""
    starts = numpy.zeros(1, dtype="int64")
    if len(doc) and doc.has_annotation("SENT_START"):
        borders = doc.to_array([SENT_START]).reshape(-1).astype("int64") == 1
        borders[0] = True
        starts = numpy.flatnonzero(borders)
    edges = numpy.append(starts, len(doc))
    first = numpy.searchsorted(starts, bounds[:, 0], side="right") - 1
    last = numpy.searchsorted(starts, bounds[:, 1] - 1, side="right") - 1
    return numpy.column_stack([edges[first], edges[last + 1]])


def _numbered(said: Sequence[str | None]) -> Array:
    numbers = {value: 1 + i for i, value in enumerate(VALUES)}
    return numpy.asarray([numbers.get(value or "", 0) for value in said], dtype="int64")


def _nothing_known(n: int, scheme: Scheme) -> Array:
    return numpy.full((n, len(scheme.types)), UNKNOWN, dtype="int64")


def _gold_values(
    example: Example, scheme: Scheme, key: str, name: str
) -> tuple[dict[Place, list[int]], int]:
    """Values of each gold mention, and how many no tokens can hold."""
    if not has_assertions(example.reference, key):
        return {}, 0
    gold = get_gold_mentions(example, key)
    found: dict[Place, list[int]] = {}
    outside = 0
    for place, mention, said in zip(
        gold.tokens, gold.mentions, get_assertions(example.reference, key), strict=True
    ):
        values = _values(mention.label, one_of_each(said), scheme, name)
        if place:
            found.setdefault((*place, mention.label), values)
        else:
            outside += sum(value > UNKNOWN for value in values)
    return found, outside


def _values(label: str, said: dict[str, str], scheme: Scheme, name: str) -> list[int]:
    values = []
    for type in scheme.types:
        value = type.value_of(label, said.get(type.name))
        if value is not None and value not in type.values:
            found, known = f"{type.name}={value}", ", ".join(type.values)
            message = Errors.SC304.format(name=name, kind="attribute", labels=found, known=known)
            raise PipelineError(message)
        values.append(UNKNOWN if value is None else type.values.index(value))
    return values


def _near_values(doc: Doc, gold: dict[Place, list[int]], key: str) -> dict[Place, list[int]]:
    """Values for the predicted mentions that aren't gold but touch a gold one."""
    if not has_mentions(doc, key):
        return {}
    owners: dict[int, list[Place]] = {}
    for place in gold:
        for token in range(*place[:2]):
            owners.setdefault(token, []).append(place)
    found = {}
    for span in get_spans(doc, key):
        touched = [
            place for token in range(span.start, span.end) for place in owners.get(token, ())
        ]
        place = (span.start, span.end, span.label_)
        if touched and place not in gold:
            values = gold[max(touched, key=touched.count)]
            if max(values) > UNKNOWN:
                found[place] = values
    return found
