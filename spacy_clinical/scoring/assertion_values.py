"""Values of attributes, mention by mention: which predicted one answers which gold one."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import zip_longest

from spacy.tokens import Doc
from spacy.training import Example

from ..docs import KEY, Mention, get_assertions, get_mentions, has_mentions, in_words_of

Values = dict[tuple[Mention, str], dict[str, float | None]]
Compared = tuple[Mention, str | None, str | None, float | None]


def gold_words(examples: Iterable[Example], key: str = KEY) -> dict[str, set[str]]:
    """RETURNS (dict[str, set[str]]): The values that gold gives, by attribute."""
    found: dict[str, set[str]] = {}
    for example in examples:
        if has_mentions(example.reference, key):
            for (_, name), values in _read_values(example.reference, key).items():
                found.setdefault(name, set()).update(values)
    return found


def compare_values(
    example: Example, words: Mapping[str, Collection[str]], key: str = KEY
) -> Iterator[Compared]:
    """Compare the attributes of the mentions in both documents.

    example (Example): Gold and predicted.
    words (Mapping[str, Collection[str]]): See `gold_words`: what is predicted in other words is
        compared in these.
    key (str): The span group.
    YIELDS (Compared): Mention, gold value, predicted value, its score; None for a value that only
        the other side has. Of several values the equal ones answer each other, then the rest in
        order.
    """
    if has_mentions(example.reference, key) and has_mentions(example.predicted, key):
        found = set(get_mentions(example.predicted, key))
        predicted = _read_values(example.predicted, key)
        for (mention, name), golds in _read_values(example.reference, key).items():
            if mention in found:
                said = predicted.get((mention, name), {})
                others = {in_words_of(words[name], name, x): score for x, score in said.items()}
                for gold, other in _pair_values(golds, others):
                    score = others[other] if other is not None else None
                    yield mention, _qualify(name, gold), _qualify(name, other), score


def _pair_values(
    gold: Collection[str], predicted: Collection[str]
) -> Iterator[tuple[str | None, str | None]]:
    equal = [value for value in gold if value in predicted]
    yield from ((value, value) for value in equal)
    rest = ([value for value in values if value not in equal] for values in (gold, predicted))
    yield from zip_longest(*rest)


def _read_values(doc: Doc, key: str) -> Values:
    found: Values = {}
    for mention, said in zip(get_mentions(doc, key), get_assertions(doc, key), strict=True):
        for a in said:
            found.setdefault((mention, a.name), {})[a.value] = a.score
    return found


def _qualify(name: str, value: str | None) -> str | None:
    return value if name == "assertion" or value is None else f"{name}={value}"
