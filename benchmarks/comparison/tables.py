"""Cells of the printed tables: percent, mean and spread over seeds."""

from collections.abc import Mapping, Sequence
from statistics import mean, stdev
from typing import Any

Group = tuple[str, str, Sequence[Mapping[str, Any]]]


def percent(values: Sequence[float | None]) -> str:
    """Write the scores of some seeds.

    values (Sequence[float | None]): In 0..1.
    RETURNS (str): The mean in percent, and the standard deviation where there are several.
    """
    known = [100 * value for value in values if value is not None]
    if not known:
        return "-"
    spread = f" ± {stdev(known):.2f}" if len(known) > 1 else ""
    return f"{mean(known):.2f}{spread}"


def score_rows(groups: Sequence[Group]) -> list[tuple[str, ...]]:
    """Lay out the scores of entities.

    groups (Sequence[Group]): Corpus, system, scores of each seed.
    RETURNS (list[tuple[str, ...]]): Corpus, system, seeds, strict F1, P, R, lenient F1.
    """
    return [
        (
            corpus,
            system,
            str(len(seeds)),
            *(percent([scores["strict"][x] for scores in seeds]) for x in "fpr"),
            percent([scores["lenient"]["f"] for scores in seeds]),
        )
        for corpus, system, seeds in groups
    ]


def label_rows(groups: Sequence[Group]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Lay out the F1 of each label, systems side by side.

    groups (Sequence[Group]): Those of one corpus; their scores have `labels`.
    RETURNS (tuple): The systems, and rows of label, gold annotations and F1 of each system.
    """
    systems = [system for _, system, _ in groups]
    gold: dict[str, int] = {}
    for _, _, seeds in groups:
        for scores in seeds:
            gold |= {label: row["gold"] for label, row in scores["labels"].items()}
    rows = []
    for label in sorted(gold, key=lambda label: (-gold[label], label)):
        cells = [
            percent([scores["labels"].get(label, {}).get("f", 0.0) for scores in seeds])
            for _, _, seeds in groups
        ]
        rows.append((label, str(gold[label]), *cells))
    return systems, rows


def relation_rows(groups: Sequence[Group]) -> list[tuple[str, ...]]:
    """Lay out the scores of relations.

    groups (Sequence[Group]): Corpus, system, scores of each seed.
    RETURNS (list[tuple[str, ...]]): Corpus, system, seeds; F1 given gold mentions strict, at the
        best threshold, mean of the labels, between concepts; end to end strict, types ignored,
        lenient, between concepts; entities; candidate recall.
    """
    return [
        (
            corpus,
            system,
            str(len(seeds)),
            percent([scores["given"]["strict"]["f"] for scores in seeds]),
            percent([scores["given"].get("best_f") for scores in seeds]),
            percent([scores["given"]["macro_f"] for scores in seeds]),
            percent([_concepts(scores, "given") for scores in seeds]),
            *(
                percent([scores["end_to_end"][kind]["f"] for scores in seeds])
                for kind in ("strict", "boundary", "lenient")
            ),
            percent([_concepts(scores, "end_to_end") for scores in seeds]),
            percent([scores["entities"]["f"] for scores in seeds]),
            percent([scores.get("candidate_recall") for scores in seeds]),
        )
        for corpus, system, seeds in groups
    ]


def biored_rows(groups: Sequence[Group]) -> list[tuple[str, ...]]:
    """Lay out BioRED's levels, given gold mentions.

    groups (Sequence[Group]): Groups with other scores are left out.
    RETURNS (list[tuple[str, ...]]): System; F1 of pair, pair and type, pair and novelty, all; mean
        F1 of the labels.
    """
    return [
        (
            system,
            *(
                percent([scores["biored"][level]["f"] for scores in seeds])
                for level in ("pair", "type", "novelty", "all")
            ),
            percent([scores["biored"]["macro_f"] for scores in seeds]),
        )
        for _, system, seeds in groups
        if "biored" in seeds[0]
    ]


def _concepts(scores: Mapping[str, Any], name: str) -> float | None:
    found = scores["concepts"][name]
    return None if found is None else found["f"]
