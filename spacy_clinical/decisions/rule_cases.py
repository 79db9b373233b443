"""Cases of rules: facts in a small notation, made into annotated notes, held against the rules.

A case is facts joined by "; ": KIND:NAME, KIND:NAME=VALUE, each perhaps with @DATE, of whose note
it is then. Kinds: drug (=STRENGTH, FREQUENCY), stopped, planned, problem (=YEAR), past, denied,
allergy, result, family (a problem), familydrug, born, and as_of, without which the day is that of
the last note.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..errors import Errors, RuleError
from ..graph import KnowledgeGraph, build_graph
from ..knowledge.knowledge_base import KnowledgeBase
from ..records import Attribute, Entity, Record, Relation
from ..tsv import numbered_rows
from .decision_rule_tables import RuleBook
from .rule_engine import decide

DAY = "2024-06-01"
_FACT = re.compile(r"(?P<kind>\w+):(?P<name>[^=@]*)(?:=(?P<value>[^@]*))?(?:@(?P<day>\S+))?")
_LABELS = {"drug": "MEDICATION", "stopped": "MEDICATION", "planned": "MEDICATION"}
_LABELS |= {"allergy": "MEDICATION", "familydrug": "MEDICATION", "result": "TEST"}
_SAID = {
    "stopped": "historical", "planned": "hypothetical", "past": "historical", "denied": "absent",
    "allergy": "historical", "family": "family", "familydrug": "family",
}  # fmt: skip
_WORDS = {"allergy": "Allergic to ", "stopped": "Stopped "}


@dataclass(frozen=True)
class Case:
    """A case.

    rule (str): Which rule.
    fires (bool): Whether it must fire.
    facts (str): The facts.
    place (str): "FILE, line N".
    """

    rule: str
    fires: bool
    facts: str
    place: str


@dataclass(frozen=True)
class Failure:
    """A case that isn't as it must be, or a rule that lacks one."""

    rule: str
    place: str
    what: str


def read_cases(path: Path) -> list[Case]:
    """Read cases.

    path (Path): TSV with the columns rule, fires (yes or no) and facts.
    RETURNS (list[Case]): In order. Raises RuleError for a line of another shape.
    """
    found: list[Case] = []
    for number, cells in numbered_rows(path):
        if cells == ["rule", "fires", "facts"]:
            continue
        if len(cells) != 3 or cells[1] not in ("yes", "no"):
            expected = "the columns rule, fires (yes or no), facts"
            told = {"path": path, "line": number, "found": f"{len(cells)} cells"}
            raise RuleError(Errors.SC965.format(**told, expected=expected))
        found.append(Case(cells[0], cells[1] == "yes", cells[2], f"'{path}', line {number}"))
    return found


def run_cases(
    book: RuleBook, cases: Sequence[Case], kb: KnowledgeBase | None = None
) -> list[Failure]:
    """Hold cases against their rules.

    book (RuleBook): The rules.
    cases (Sequence[Case]): Their cases.
    kb (KnowledgeBase | None): As for `decide`.
    RETURNS (list[Failure]): What is wrong; rules that lack a firing or a silent case, too.
    """
    rules = {rule.id: rule for rule in book.rules}
    found = [Failure(c.rule, c.place, "no such rule") for c in cases if c.rule not in rules]
    for case in cases:
        if case.rule in rules:
            only = RuleBook((rules[case.rule],), book.sets)
            graph, born, day = build_case(case)
            decisions = decide(graph, only, kb=kb, born=born, as_of=day)
            fired = any(decision.alerts for decision in decisions)
            if fired != case.fires:
                found.append(Failure(case.rule, case.place, "fires" if fired else "is silent"))
    for id, rule in rules.items():
        for fires, word in ((True, "fires"), (False, "is silent")):
            if not any(case.rule == id and case.fires == fires for case in cases):
                found.append(Failure(id, rule.place, f"no case in which it {word}"))
    return found


def build_case(case: Case) -> tuple[KnowledgeGraph, Mapping[str, date], date | None]:
    """Make a case's facts into a graph, by way of annotated notes.

    case (Case): The case.
    RETURNS (tuple): The graph, birthdays, and the day to decide on.
    """
    notes: dict[str, list[tuple[str, str, str]]] = {}
    born: dict[str, date] = {}
    as_of: date | None = None
    for kind, name, value, day in _facts(case):
        if kind == "as_of":
            as_of = date.fromisoformat(name)
        elif kind == "born":
            born["case"] = date.fromisoformat(name)
        else:
            notes.setdefault(day or DAY, []).append((kind, name, value))
    notes = notes or {DAY: []}
    return build_graph([_note(day, facts) for day, facts in sorted(notes.items())]), born, as_of


def _facts(case: Case) -> Iterator[tuple[str, str, str, str]]:
    for part in case.facts.split(";"):
        match = _FACT.fullmatch(part.strip())
        if match is None:
            path, _, line = case.place.rpartition(", line ")
            told = {"path": path.strip("'"), "line": line, "found": f"'{part.strip()[:40]}'"}
            expected = "KIND:NAME, perhaps =VALUE, perhaps @DATE"
            raise RuleError(Errors.SC965.format(**told, expected=expected))
        value = (match["value"] or "").strip()
        yield match["kind"], match["name"].strip(), value, match["day"] or ""


def _note(day: str, facts: Sequence[tuple[str, str, str]]) -> Record:
    text = ""
    entities: list[Entity] = []
    relations: list[Relation] = []
    said: list[Attribute] = []

    def mention(label: str, words: str) -> str:
        nonlocal text
        id = f"T{len(entities)}"
        entities.append(Entity(id, label, ((len(text), len(text) + len(words)),)))
        text += words
        return id

    for kind, name, value in facts:
        text += _WORDS.get(kind, "")
        label = _LABELS.get(kind, "CONDITION")
        head = mention(label, name)
        if kind in _SAID:
            said.append(Attribute(head, "assertion", _SAID[kind]))
        if value and kind == "result":
            text += " "
            relations.append(Relation(mention("LAB_VALUE", value), head, "RESULT_OF"))
        elif value and label not in ("MEDICATION", "TEST"):
            text += f" in {value}"
        elif value:
            strength, _, rest = value.partition(",")
            for label, words in (("STRENGTH", strength.strip()), ("FREQUENCY", rest.strip())):
                if words:
                    text += " "
                    relations.append(Relation(head, mention(label, words), f"HAS_{label}"))
        text += ".\n\n"
    meta = {"patient": "case", "date": day}
    return Record(day, text, tuple(entities), tuple(relations), tuple(said), meta=meta)
