"""Planted problems and near misses: `python benchmarks/decide.py [--model PIPELINE]`.

The example rules on gold annotation and on a pipeline's, beside the same rules on strings in a
note; and 500 rules on many patients.
"""

import argparse
import csv
import re
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from patient_notes import PATIENTS, make_base, make_graph, predict, read_patients, read_situations

from spacy_clinical.decisions import EXAMPLES, RuleBook, decide, read_rules
from spacy_clinical.decisions.decision_rule_tables import KINDS, Rule
from spacy_clinical.graph import KnowledgeGraph
from spacy_clinical.knowledge.concept_sets import ConceptSets
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.records import Record

PAIRED = KINDS[:4]  # kinds that strings can stand for: all of the terms are said


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", help="A pipeline that predicts the annotation")
    parser.add_argument("--patients", type=int, default=1000, help="For the time")
    parser.add_argument("--only-time", action="store_true", help="No planted problems")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kb = make_base(Path(folder) / "kb")
        gold, book = read_patients(), read_rules(EXAMPLES)
        if not options.only_time:
            show("gold annotation", fired(gold, book, kb))
            if options.model:
                show("predicted", fired(predict(options.model), book, kb))
            show("the same rules on strings in a note", set(on_strings(gold, book, kb)))
            situations(options.model, book, kb)
        timing(gold, book, kb, options.patients)


def planted(found: str) -> set[tuple[str, str]]:
    """Patient and rule of planted.tsv."""
    lines = (PATIENTS / "planted.tsv").read_text("utf8").splitlines()[2:]
    rows = (line.split("\t") for line in lines)
    return {(patient, rule) for patient, is_found, rule, *_ in rows if is_found == found}


def birthdays() -> dict[str, date]:
    """Patient to birthday."""
    with (PATIENTS / "born.tsv").open(encoding="utf8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["patient"]: date.fromisoformat(row["born"]) for row in rows}


def fired(records: list[Record], book: RuleBook, kb: KnowledgeBase) -> set[tuple[str, str]]:
    """Patient and rule of each alert."""
    decisions = decide(make_graph(records, kb), book, kb=kb, born=birthdays())
    return {(d.patient, alert.rule.id) for d in decisions for alert in d.alerts}


def show(name: str, found: set[tuple[str, str]]) -> None:
    """Print recall, precision and near misses."""
    wanted, missed = planted("yes"), planted("no")
    right = len(found & wanted)
    precision = right / len(found) if found else 0.0
    print(
        f"{name}: {right} of {len(wanted)} planted, {len(found & missed)} of {len(missed)} near "
        f"misses, {len(found)} alerts, precision {precision:.1%}, recall {right / len(wanted):.1%} "
        f"not found {sorted(wanted - found)}, others {sorted(found - wanted)}"
    )


def situations(model: str, book: RuleBook, kb: KnowledgeBase) -> None:
    """Print the patients of situations/ whose alerts are exactly the wanted one, or none."""
    lines = (PATIENTS / "situations" / "wanted.tsv").read_text("utf8").splitlines()[2:]
    wanted = {tuple(line.split("\t")) for line in lines}
    notes = read_situations()
    for name in ("gold annotation", "predicted") if model else ("gold annotation",):
        found = fired(notes if name[0] == "g" else predict(model, notes), book, kb)
        alerts = {one for one in wanted if one[1] != "-"}
        print(
            f"situations, {name}: {len(found & alerts)} of {len(alerts)} alerts, "
            f"{len(found - alerts)} others {sorted(found - alerts)}, "
            f"missed {sorted(alerts - found)}"
        )


def on_strings(
    records: Iterable[Record], book: RuleBook, kb: KnowledgeBase
) -> Iterator[tuple[str, str]]:
    """Rules whose sets all have a name in one note, whatever is said of it."""
    names = {name: [m.casefold() for m in book.sets.spread(name)] for name in book.sets.members}
    for record in records:
        text = record.text.casefold()
        said = {name for name, members in names.items() if any(m in text for m in members)}
        for rule in book.rules:
            sets = [t.set for t in (rule.when, *rule.also) if t.set]
            if rule.kind in PAIRED and set(sets) <= said and _enough(text, rule.kind, names, sets):
                yield str(record.meta["patient"]), rule.id


def _enough(text: str, kind: str, names: dict[str, list[str]], sets: list[str]) -> bool:
    """Two names for a duplicate, a word of allergy for an allergy."""
    if kind == "duplicate_therapy":
        return sum(name in text for name in names[sets[0]]) > 1
    return kind != "allergy_conflict" or bool(re.search("allerg", text))


def timing(records: list[Record], book: RuleBook, kb: KnowledgeBase, patients: int) -> None:
    """Print the time of 500 rules on many patients, and the memory at a tenth and at the end."""
    graph = many_patients(make_graph(records, kb), patients // 8)
    rules = many_rules(book, 500)
    began, start, peaks = time.perf_counter(), time.process_time(), []
    count = alerts = 0
    for decision in decide(graph, rules, kb=kb, born=birthdays(), most=10_000):
        count += 1
        alerts += len(decision.alerts)
        if count in (patients // 10, patients):
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    spent, wall = time.process_time() - start, time.perf_counter() - began
    print(
        f"{len(rules.rules)} rules on {count} patients with {len(graph.documents)} notes: "
        f"{spent:.1f} s of processor time, {wall:.1f} s by the clock, {alerts} alerts in all, "
        f"peak memory {peaks} MB"
    )


def many_patients(graph: KnowledgeGraph, times: int) -> KnowledgeGraph:
    """Copies of patients, each with names of its own."""
    many = KnowledgeGraph(concepts=graph.concepts)
    for i in range(times):
        own = {m: m._replace(document=f"{m.document}-{i}") for m in graph.mentions}
        for d in graph.documents.values():
            many.documents[f"{d.id}-{i}"] = replace(d, id=f"{d.id}-{i}", patient=f"{d.patient}-{i}")
        many.mentions |= {own[m]: said for m, said in graph.mentions.items()}
        many.relations |= {
            r._replace(head=own[r.head], tail=own[r.tail]): score
            for r, score in graph.relations.items()
        }
    return many


def many_rules(book: RuleBook, most: int) -> RuleBook:
    """Copies of rules, each with sets of its own, so that no two copies share a term."""
    rules, members = [], dict(book.sets.members)
    for i in range(-(-most // len(book.rules))):
        members |= {f"{name}_{i}": (f"@{name}",) for name in book.sets.members}
        rules += [_copy(rule, i) for rule in book.rules]
    return RuleBook(tuple(rules[:most]), ConceptSets(members, book.sets.places))


def _copy(rule: Rule, i: int) -> Rule:
    when, *also = (replace(t, set=f"{t.set}_{i}" if t.set else "") for t in (rule.when, *rule.also))
    unless = tuple(replace(t, set=f"{t.set}_{i}" if t.set else "") for t in rule.unless)
    return replace(rule, id=f"{rule.id}-{i}", when=when, also=tuple(also), unless=unless)


if __name__ == "__main__":
    main()
