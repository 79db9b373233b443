"""Predictions with the scores of everything that the relation components weighed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from ..docs import KEY, get_relation_rows, has_relations, set_relations
from ..docs.mention_store import Row

CONCEPTS = "doc._.concept_relations"
FLOOR = 0.01  # below, candidates aren't worth their memory: curves end there


@contextmanager
def open_thresholds(nlp: Language, floor: float = FLOOR) -> Iterator[dict[str, Any]]:
    """Lower the thresholds of the components that relate mentions, and set them right again. Those
    of relations between concepts stay: `keep_made` looks at relations between mentions.

    nlp (Language): The pipeline.
    floor (float): The threshold meanwhile.
    YIELDS (dict[str, Any]): `threshold` and `thresholds` as they were, of the last such component;
        empty if there is none.
    """
    names = [n for n in nlp.pipe_names if CONCEPTS not in nlp.get_pipe_meta(n).assigns]
    configs: list[dict[str, Any]] = [getattr(nlp.get_pipe(name), "cfg", {}) for name in names]
    configs = [cfg for cfg in configs if {"schema", "threshold", "thresholds"} <= set(cfg)]
    before = [{name: cfg[name] for name in ("threshold", "thresholds")} for cfg in configs]
    try:
        for cfg in configs:
            cfg.update(threshold=floor, thresholds={})
        yield before[-1] if before else {}
    finally:
        for cfg, old in zip(configs, before, strict=True):
            cfg.update(old)


def keep_made(
    docs: Sequence[Doc], thresholds: dict[str, Any], *, key: str = KEY
) -> list[list[Row]]:
    """Drop the relations that don't reach their threshold.

    docs (Sequence[Doc]): Predicted under `open_thresholds`; changed in place.
    thresholds (dict[str, Any]): What that gave; empty to keep everything.
    key (str): The span group.
    RETURNS (list[list[Row]]): All rows that each document had.
    """
    everything = []
    for doc in docs:
        rows = get_relation_rows(doc, key) if has_relations(doc, key) else []
        everything.append(rows)
        if thresholds and rows:
            set_relations(doc, [row for row in rows if _is_made(row, thresholds)], key=key)
    return everything


def _is_made(row: Row, thresholds: dict[str, Any]) -> bool:
    _, _, label, score = row
    limit = thresholds["thresholds"].get(label, thresholds["threshold"])
    return None in (score, limit) or score >= limit
