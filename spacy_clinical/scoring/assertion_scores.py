"""Assertions end to end: a gold value is found if its mention is, strictly, with that value."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.scorer import PRFScore
from spacy.tokens import Doc
from spacy.training import Example

from ..attributes import SET, Scheme
from ..docs import (
    KEY,
    Mention,
    get_known_labels,
    has_assertions,
    in_words_of,
    meanings_of,
    to_record,
)
from ..docs.assertion_store import ASSERTION
from .entity_scores import report

Said = dict["Place", frozenset[str] | None]
Values = dict[str, set[str]]
PRESENT = "present"


class Place(NamedTuple):
    """An attribute of a mention in characters: what has a value, or several that hold at once."""

    name: str
    mention: Mention


def make_assertion_scorer(spans_key: str | None = None) -> Callable[..., dict[str, Any]]:
    """Make the default scorer of `clinical_assertion`.

    spans_key (str | None): The span group of the mentions, None for the component's own.
    RETURNS (Callable): Takes examples, gives the scores of `score_assertions`.
    """

    return partial(_score, spans_key)  # a worker process gets it pickled


def _score(
    own_key: str | None,
    examples: Iterable[Example],
    scheme: Mapping[str, Any] | None = None,
    **kwargs: Any,
) -> dict[str, Any]:
    known = Scheme.from_dict(scheme) if scheme else None
    return score_assertions(examples, known, key=own_key or kwargs.get("spans_key", KEY))


def score_assertions(
    examples: Iterable[Example], scheme: Scheme | None = None, *, key: str = KEY
) -> dict[str, Any]:
    """Score what is said of mentions: by value, summed up, and averaged over values.

    A mention that was not found, or that the tokenisation can't represent, counts as missed under
    its gold value; one that isn't gold, as false under its predicted value. Where several values
    hold at once, each counts. On gold mentions of which the corpus doesn't say the value nothing is
    counted. A default of "" is no value. A predicted word that the scheme doesn't have counts as
    the scheme's word that means the same.

    examples (Iterable[Example]): Gold in the references, predictions in the predicted documents.
    scheme (Scheme | None): The attributes. None or an empty one: "assertion", with the labels that
        have it in the references; where these never say "present", silence says so. A corpus of
        other attributes ("Negated") has it by what they mean.
    key (str): The span group.
    RETURNS (dict[str, Any]): `assertion_micro_p`, `_r`, `_f`; `assertion_macro_f`, the mean over
        values that occur in gold or predictions; `assertion_per_type` by value, "name=value" if
        there are several attributes. None if no value is known.
    """
    examples = [eg for eg in examples if has_assertions(eg.reference, key)]
    if scheme is None or not scheme.types:
        scheme = _learn_assertions([eg.reference for eg in examples], key)
    total, per_type = PRFScore(), dict[str, PRFScore]()
    for example in examples:
        gold = read_assertions(example.reference, scheme, key)
        known = get_known_labels(example.reference, key)
        found = read_assertions(example.predicted, scheme, key)
        if known is not None:
            found = {p: values for p, values in found.items() if p.mention.label in known}
        _count(_rows(gold, gold, scheme), _rows(found, gold, scheme), total, per_type)
    scores = report("assertion_micro", total if per_type else None, per_type)
    scores["assertion_per_type"] = scores.pop("assertion_micro_per_type")
    values = [prf.fscore for prf in per_type.values()]
    scores["assertion_macro_f"] = sum(values) / len(values) if values else None
    return scores


def find_scheme(nlp: Language) -> Scheme | None:
    """RETURNS (Scheme | None): What a pipeline says of mentions: the last component's that has a
    scheme, an empty one if rules assert them, None if nothing does."""
    schemes = [getattr(component, "scheme", None) for _, component in nlp.pipeline]
    known = [scheme for scheme in schemes if isinstance(scheme, Scheme)]
    ruled = any("span._.assertion" in nlp.get_pipe_meta(x).assigns for x in nlp.pipe_names)
    return known[-1] if known else Scheme() if ruled else None


def read_assertions(doc: Doc, scheme: Scheme, key: str = KEY) -> Said:
    """Read what is said of a Doc's mentions, those included that its tokens can't hold.

    doc (Doc): Gold or predicted.
    scheme (Scheme): The attributes, with their defaults.
    key (str): The span group.
    RETURNS (dict[Place, frozenset[str] | None]): The values by attribute and mention, None if
        they aren't known; of mentions whose label takes the attribute.
    """
    found: Said = {}
    for mention, values in _mentions(doc, key):
        for type in scheme.types:
            if mention.label in type.labels:
                said_words = (x or SET for x in values.get(type.name, ()))
                words = {in_words_of(type.values, type.name, x) for x in said_words}
                silent = type.value_of(mention.label, None)
                said = frozenset(words or ({silent} if silent is not None else ()))
                found[Place(type.name, mention)] = said if words or silent is not None else None
    return found


def said_of(doc: Doc, key: str = KEY) -> list[tuple[str, dict[str, str]]]:
    """RETURNS (list): Entity label and a value by attribute name, of every mention of a Doc; a row
    for each value where several hold."""
    return [
        (mention.label, {name: value})
        for mention, values in _mentions(doc, key)
        for name, several in values.items()
        for value in sorted(several)
    ]


def _learn_assertions(docs: list[Doc], key: str) -> Scheme:
    rows = [row for doc in docs for row in said_of(doc, key)]
    words = {values[ASSERTION] for _, values in rows if ASSERTION in values}
    stated = any(meanings_of([(ASSERTION, word)]).main == PRESENT for word in words)
    return Scheme.learn(rows, [ASSERTION], {} if stated or not words else {ASSERTION: PRESENT})


def _mentions(doc: Doc, key: str) -> list[tuple[Mention, Values]]:
    """What is said of each mention; "assertion" by what the other attributes mean, where none has
    that name."""
    record = to_record(doc, key=key)
    said: dict[str, list[tuple[str, str]]] = {entity.id: [] for entity in record.entities}
    for attribute in record.attributes:
        said[attribute.target].append((attribute.name, attribute.value))
    return [(Mention(e.label, e.fragments), _values(said[e.id])) for e in record.entities]


def _values(attributes: list[tuple[str, str]]) -> Values:
    values: Values = {}
    for name, value in attributes:
        values.setdefault(name, set()).add(value)
    if ASSERTION not in values:
        meant = meanings_of(attributes).values
        values |= {ASSERTION: set(meant)} if meant else {}
    return values


def _rows(said: Said, gold: Said, scheme: Scheme) -> set[tuple[str, Mention]]:
    """Class and mention of each value, but for mentions whose gold value isn't known."""
    several = len(scheme.types) > 1
    return {
        (f"{place.name}={value}" if several else value, place.mention)
        for place, values in said.items()
        for value in values or ()
        if value and not (place in gold and gold[place] is None)
    }


def _count(
    gold: set[tuple[str, Mention]],
    found: set[tuple[str, Mention]],
    total: PRFScore,
    per_type: dict[str, PRFScore],
) -> None:
    total.score_set(found, gold)
    for name in {name for name, _ in gold | found}:
        of_value = per_type.setdefault(name, PRFScore())
        of_value.score_set(
            {row for row in found if row[0] == name}, {row for row in gold if row[0] == name}
        )
