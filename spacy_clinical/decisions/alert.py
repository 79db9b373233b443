"""What a rule found: facts that are cited, confidence, and what was kept silent."""

from dataclasses import dataclass, field
from typing import Any

from ..graph.concept_history import Statement
from .decision_rule_tables import Rule
from .patient_facts import Fact

ALERT, REVIEW = "alert", "needs review"
UNLESS, BOUND = "unless", "more than the most"
RANK = {"critical": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Alert:
    """An alert.

    rule (Rule): The rule.
    patient (str): Whose.
    as_of (str): On which day, YYYY-MM-DD.
    facts (tuple[Fact, ...]): All that it rests on.
    missing (tuple[str, ...]): What isn't there, in words: "tested(INR) within 30 days".
    seen (tuple[Fact, ...]): Of what is missing, the last that there is.
    confidence (float): The product of the facts' scores.
    status (str): ALERT, or REVIEW below the least score.
    """

    rule: Rule
    patient: str
    as_of: str
    facts: tuple[Fact, ...]
    missing: tuple[str, ...] = ()
    seen: tuple[Fact, ...] = ()
    confidence: float = 1.0
    status: str = ALERT

    @property
    def key(self) -> tuple[str, frozenset[str]]:
        """RETURNS (tuple): What two alerts that say the same have in common."""
        return self.rule.id, frozenset(fact.concept for fact in self.facts)

    @property
    def order(self) -> tuple[Any, ...]:
        """RETURNS (tuple): What alerts are ranked by: severity, confidence, rule, facts."""
        words = tuple(fact.words for fact in self.facts)
        return RANK[self.rule.severity], -self.confidence, self.rule.id, words

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict): As JSON."""
        rule = self.rule
        return {
            "rule": rule.id,
            "kind": rule.kind,
            "severity": rule.severity,
            "patient": self.patient,
            "as_of": self.as_of,
            "status": self.status,
            "message": rule.message_en,
            "message_zh": rule.message_zh,
            "confidence": self.confidence,
            "facts": [fact_dict(fact) for fact in self.facts],
            "missing": list(self.missing),
            "seen": [fact_dict(fact) for fact in self.seen],
            "source": rule.source,
            "url": rule.url,
            "reviewed": rule.reviewed,
        }


@dataclass(frozen=True)
class Silenced:
    """An alert that was kept silent.

    alert (Alert): What it would have said.
    why (str): UNLESS or BOUND.
    facts (tuple[Fact, ...]): What kept it silent.
    """

    alert: Alert
    why: str
    facts: tuple[Fact, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict): As JSON."""
        silenced_by = [fact_dict(fact) for fact in self.facts]
        return {**self.alert.to_dict(), "status": "silent", "why": self.why, "by": silenced_by}


@dataclass
class Decision:
    """What rules say of one patient.

    patient (str): Whose.
    as_of (str): On which day, "" where no note has a date.
    alerts (list[Alert]): The gravest first.
    silenced (list[Silenced]): What was kept silent, and why.
    """

    patient: str
    as_of: str = ""
    alerts: list[Alert] = field(default_factory=list)
    silenced: list[Silenced] = field(default_factory=list)


def fact_dict(fact: Fact) -> dict[str, Any]:
    """RETURNS (dict): A fact as JSON, with the places of who says so."""
    return {
        "term": fact.term,
        "concept": fact.concept,
        "words": fact.words,
        "score": fact.score,
        "evidence": [place(one) for one in fact.statements],
    }


def place(one: Statement) -> dict[str, Any]:
    """RETURNS (dict): A statement's document, date and characters."""
    fragments = one.mention.fragments
    date = "" if one.day.first.year == 1 else one.day.iso
    return {
        "document": one.mention.document,
        "date": date,
        "start": fragments[0][0],
        "end": fragments[-1][1],
    }
