"""Pipelines of rules over mentions that a table of notes names."""

from collections.abc import Iterable
from functools import cache

import spacy
from spacy.language import Language

TOKENIZER = {"nlp": {"tokenizer": {"@tokenizers": "spacy-clinical.Tokenizer.v1"}}}


def said_of(values: str) -> dict[str, str]:
    """RETURNS (dict[str, str]): What stands in "name=value;name=value"."""
    return dict(one.split("=") for one in values.split(";"))


def name_mentions(lang: str, names: Iterable[str], label: str, *, ours: bool = False) -> Language:
    """Make a pipeline that finds names, whatever their case, and asserts them by the rules.

    lang (str): The language's code.
    names (Iterable[str]): What is found.
    label (str): The mentions' label.
    ours (bool): Whether our tokenizer cuts the text, but for Chinese.
    RETURNS (Language): The same for the same names.
    """
    return _make(lang, tuple(sorted(set(names))), label, ours)


@cache
def _make(lang: str, names: tuple[str, ...], label: str, ours: bool) -> Language:
    nlp = spacy.blank(lang, config=TOKENIZER if ours and lang != "zh" else {})
    nlp.add_pipe("clinical_sentences")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": label, "pattern": name} for name in names])  # type: ignore[attr-defined]
    nlp.add_pipe("clinical_context", config={"rules": [lang]})
    return nlp
