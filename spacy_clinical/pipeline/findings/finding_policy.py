"""Which mentions count for a finding, and what they say together."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from spacy.tokens import Span

from ...context.finding_phrases import NONE_OTHER, FindingRule, labels_of
from ...docs.document_findings import NEGATIVE, NOT_MENTIONED, POSITIVE, UNCERTAIN, Finding
from ...docs.section_spans import DocSection
from ...errors import Errors, PipelineError

_FIELDS = ("positive", "uncertain", "negative", "sections", "first_wins")
_ORDER = (POSITIVE, UNCERTAIN, NEGATIVE)
UNKNOWN = "unknown"
FINDINGS = "findings"
_BODY = frozenset(["other", "results"])


class Said(NamedTuple):
    """What one mention says of a finding.

    label (str): The finding.
    status (str): "positive", "uncertain" or "negative"; "unknown" where nobody knows the words of
        its assertion: it decides nothing.
    section (str): The category of its section, "" for none.
    score (float | None): Confidence in 0..1.
    span (Span): The mention.
    """

    label: str
    status: str
    section: str
    score: float | None
    span: Span


@dataclass(frozen=True)
class Policy:
    """What counts.

    positive, uncertain, negative (list[str]): The assertions that mean so; mentions of others
        (historical, family...) don't count.
    sections (list[str]): The categories of sections that are asked; a document that has none of
        them is asked as a whole. Where "findings" is asked of a document that has others of these
        and no findings, what stands before its first heading, under unknown ones and under results
        counts as them.
    first_wins (bool): The first of these sections that says anything of a finding decides it;
        otherwise they count alike.
    """

    positive: list[str] = field(default_factory=lambda: ["present"])
    uncertain: list[str] = field(default_factory=lambda: ["possible"])
    negative: list[str] = field(default_factory=lambda: ["absent"])
    sections: list[str] = field(default_factory=lambda: ["assessment", "findings"])
    first_wins: bool = True

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Policy":
        """RETURNS (Policy): From a config's block. Raises PipelineError for a field unknown, and
        for an assertion that would mean two things."""
        if unknown := sorted(set(settings) - set(_FIELDS)):
            found = f"the field '{unknown[0]}'"
            raise PipelineError(Errors.SC980.format(found=found, known=", ".join(_FIELDS)))
        policy = cls(**settings)
        words = [*policy.positive, *policy.uncertain, *policy.negative]
        if twice := sorted({word for word in words if words.count(word) > 1}):
            found = f"the assertion '{twice[0]}' twice"
            raise PipelineError(Errors.SC980.format(found=found, known=", ".join(_FIELDS)))
        return policy

    def named(self, sections: Sequence[DocSection]) -> list[DocSection]:
        """RETURNS (list[DocSection]): Sections, a body without a heading of its own called findings
        where the policy asks for findings and others, and only others are there."""
        asked = {s.category for s in sections} & set(self.sections)
        if FINDINGS not in self.sections or not asked or FINDINGS in asked:
            return list(sections)
        body = _BODY - set(self.sections)
        named = [s._replace(category=FINDINGS) if s.category in body else s for s in sections]
        before = DocSection(FINDINGS, 0, sections[0].start, (0, 0), "")
        return [before, *named] if before.end else named

    def status_of(self, values: Sequence[str]) -> str:
        """RETURNS (str): What a mention of these assertions says, the weightiest first; "" for one
        that doesn't count. Of a mention of which nothing is said it is that of "present"."""
        weightiest = values[0] if values else "present"
        for status, words in (
            (POSITIVE, self.positive),
            (UNCERTAIN, self.uncertain),
            (NEGATIVE, self.negative),
        ):
            if weightiest in words:
                return status
        return ""


def combine(
    said: Iterable[Said], rules: Sequence[FindingRule], policy: Policy, *, was_read: bool = True
) -> list[Finding]:
    """Put together what mentions say. That nothing is found is stated only of a document that was
    read, and all of whose mentions could be.

    said (Iterable[Said]): What counts, in text order.
    rules (Sequence[FindingRule]): The table.
    policy (Policy): Which section decides.
    was_read (bool): Whether the document has words, and somebody looked for mentions in it.
    RETURNS (list[Finding]): One a label of the table, in its order.
    """
    by_label: dict[str, list[Said]] = {}
    doubtful: set[str] = set()
    for one in said:
        if one.status == UNKNOWN:
            doubtful.add(one.label)
        else:
            by_label.setdefault(one.label, []).append(one)
    parents = {r.label: r.parent for r in rules if r.parent and r.phrase != NONE_OTHER}
    found = {label: _decide(label, by_label.get(label, []), policy) for label in labels_of(rules)}
    for label, parent in sorted(parents.items(), key=lambda p: -_depth(p[0], parents)):
        found[parent] = _raise_to(found[parent], found[label])
    for rule in rules:
        if rule.phrase == NONE_OTHER:
            found[rule.label] = _none_other(rule, found, doubtful, was_read)
    return list(found.values())


def _decide(label: str, said: list[Said], policy: Policy) -> Finding:
    if policy.first_wins:
        for section in policy.sections:
            if inside := [one for one in said if one.section == section]:
                said = inside
                break
    for status in _ORDER:
        if same := [one for one in said if one.status == status]:
            known = [one.score for one in same if one.score is not None]
            evidence = tuple(one.span for one in same)
            return Finding(label, status, max(known, default=None), evidence)
    return Finding(label, NOT_MENTIONED, None, ())


def _depth(label: str, parents: Mapping[str, str]) -> int:
    depth, seen = 0, {label}
    while (label := parents.get(label, "")) and label not in seen:
        seen.add(label)
        depth += 1
    return depth


def _raise_to(parent: Finding, child: Finding) -> Finding:
    """A parent holds wherever a child does; what is denied of a child says nothing of it."""
    if child.status not in (POSITIVE, UNCERTAIN) or _rank(parent) < _rank(child):
        return parent
    if parent.status == child.status:
        scores = [s for s in (parent.score, child.score) if s is not None]
        spans = {(s.start, s.end, s.label): s for s in (*parent.evidence, *child.evidence)}
        ordered = tuple(span for _, span in sorted(spans.items()))
        return parent._replace(score=max(scores, default=None), evidence=ordered)
    return child._replace(label=parent.label)


def _rank(finding: Finding) -> int:
    return (*_ORDER, NOT_MENTIONED).index(finding.status)


def _none_other(
    rule: FindingRule, found: Mapping[str, Finding], doubtful: Set[str], was_read: bool
) -> Finding:
    aside = {rule.label, *rule.parent.split("|")}
    others = [f for label, f in found.items() if label not in aside]
    holds = any(f.status in (POSITIVE, UNCERTAIN) for f in others)
    own = found[rule.label]
    if holds or doubtful - aside or not was_read:
        return Finding(rule.label, NOT_MENTIONED, None, ())
    return own if own.status == POSITIVE else Finding(rule.label, POSITIVE, None, ())
