"""Signals planted in drawn reports: recall and false alarms of each rule over 100 draws; and speed.

    python benchmarks/signals_planted.py [--draws 100] [--pairs 1000000] [--rows FILE]

A draw has 20,000 reports of 200 drugs and 150 events of very different popularity, each report one
to three drugs and one to three events. 20 pairs are planted: a report of such a drug gets the event
with a probability of 2 to 10 %. Counts alone are the baseline: the pairs named most often, as many
as the rule flags. With --rows draws are kept there, and not drawn again. Speed is measured on these
200 drugs and 150 events, and on 4,000 of both, where most pairs are different. People who have
FAERS give its folders: `clinical signals FOLDER...`.
"""

import argparse
import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import numpy

from spacy_clinical.signals import Report, Settings, disproportionality

DRUGS, EVENTS, REPORTS, PLANTED, MANY = 200, 150, 20_000, 20, 4_000
Pair = tuple[str, str]


def draw(
    seed: int, reports: int = REPORTS, names: tuple[int, int] = (DRUGS, EVENTS)
) -> tuple[list[Report], set[Pair]]:
    """Reports and the pairs planted in them."""
    random = numpy.random.default_rng(seed)
    drug_share, event_share = (random.dirichlet(numpy.full(n, 0.5)) for n in names)
    common = numpy.argsort(-drug_share)[: names[0] // 2]
    drugs = random.choice(common, PLANTED, replace=False)
    events = random.choice(names[1], PLANTED, replace=False)
    rates = random.uniform(0.02, 0.1, PLANTED)
    ties: dict[int, list[tuple[int, float]]] = {}
    for drug, event, rate in zip(drugs, events, rates, strict=True):
        ties.setdefault(int(drug), []).append((int(event), float(rate)))
    return list(_reports(random, drug_share, event_share, ties, reports)), {
        (f"d{d}", f"e{e}") for d, e in zip(drugs, events, strict=True)
    }


def _reports(
    random: numpy.random.Generator,
    drug_share: numpy.ndarray,
    event_share: numpy.ndarray,
    ties: dict[int, list[tuple[int, float]]],
    n: int,
) -> Iterator[Report]:
    sizes = random.integers(1, 4, (n, 2))
    drugs = random.choice(len(drug_share), (n, 3), p=drug_share)
    events = random.choice(len(event_share), (n, 3), p=event_share)
    for i in range(n):
        named = set(drugs[i, : sizes[i, 0]].tolist())
        said = set(events[i, : sizes[i, 1]].tolist())
        said |= {e for d in named for e, rate in ties.get(d, ()) if random.random() < rate}
        yield Report(str(i), frozenset(f"d{d}" for d in named), frozenset(f"e{e}" for e in said))


def measure(draws: int, kept: Path | None) -> None:
    """Print recall and false alarms of each rule, and of counts beside it."""
    lines = kept.read_text("utf8").splitlines() if kept is not None and kept.exists() else []
    rows: list[dict[str, list[float]]] = [json.loads(line) for line in lines[:draws]]
    for seed in range(len(rows), draws):
        rows.append(measure_one(seed))
        if kept is not None:
            with kept.open("a", encoding="utf8") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    print(f"{draws} draws, {PLANTED} planted pairs each; means")
    print("rule       recall  false alarms  recall of counts, as many flagged")
    for rule in rows[0]:
        recall, false, counts = numpy.mean([row[rule] for row in rows], axis=0)
        print(f"{rule:10} {recall:6.3f}  {false:12.1f}  {counts:6.3f}")


def measure_one(seed: int) -> dict[str, list[float]]:
    """Recall, false alarms and the recall of counts, by rule, of one draw."""
    reports, planted = draw(seed)
    table = disproportionality(reports, Settings())
    pairs = [
        (table.cells.drugs[d], table.cells.events[e])
        for d, e in zip(table.cells.drug, table.cells.event, strict=True)
    ]
    by_count = numpy.argsort(-table.cells.a, kind="stable")
    row = {}
    for rule, where in table.flags.items():
        flagged = {pairs[i] for i in numpy.flatnonzero(where)}
        counted = {pairs[i] for i in by_count[: len(flagged)]}
        found, false = len(flagged & planted), len(flagged - planted)
        row[rule] = [found / PLANTED, false, len(counted & planted) / PLANTED]
    return row


def time_pairs(pairs: int, names: tuple[int, int]) -> None:
    """Print what a number of pairs of drug and event costs."""
    reports = draw(0, pairs // 4, names)[0]
    named = sum(len(r.drugs) * len(r.events) for r in reports)
    start = time.process_time()
    table = disproportionality(reports)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{named} pairs of {len(reports)} reports, {len(table)} different: {seconds:.1f} s")
    print(f"memory at its peak, reports included: {peak:.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--rows", type=Path)
    args = parser.parse_args()
    if args.draws:
        measure(args.draws, args.rows)
    for names in ((DRUGS, EVENTS), (MANY, MANY)) if args.pairs else ():
        time_pairs(args.pairs, names)
