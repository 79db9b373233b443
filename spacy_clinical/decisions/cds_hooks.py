"""Alerts as CDS Hooks 2.0 cards (https://cds-hooks.hl7.org/2.0/): files, and answers to hooks."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from .alert import Alert, Decision
from .decision_rule_tables import NOT_FOR_CARE
from .patient_facts import Fact

SUMMARY = 140  # characters, fewer than which the specification asks for
PATIENT_VIEW, ORDER_SELECT = "patient-view", "order-select"
_REASONS = (
    ("benefit", "The benefit is greater than the risk"),
    ("monitored", "It is monitored"),
    ("known", "It is known and was decided so"),
    ("wrong", "The notes don't say this, or it is no longer so"),
)
Quotes = Callable[[Fact], Iterable[str]]


def card(alert: Alert, quotes: Quotes | None = None, *, example: bool = False) -> dict[str, Any]:
    """Make a card.

    alert (Alert): The alert.
    quotes (Quotes | None): The notes' words for a fact; None for places alone.
    example (bool): Say that it comes of an example rule.
    RETURNS (dict): A card. Its uuid is the same for the same alert.
    """
    rule = alert.rule
    name = f"{rule.id}/{alert.patient}/{alert.as_of}/{'/'.join(f.words for f in alert.facts)}"
    made: dict[str, Any] = {
        "uuid": str(uuid5(NAMESPACE_URL, name)),
        "summary": _short(rule.message_en),
        "detail": _detail(alert, quotes, example),
        "indicator": rule.severity,
        "source": {"label": rule.source},
        "overrideReasons": [
            {"code": code, "system": "urn:spacy-clinical:override", "display": words}
            for code, words in _REASONS
        ],
        "suggestions": [],
    }
    if rule.url:
        made["source"]["url"] = rule.url
    return made


def cards(
    decision: Decision, quotes: Quotes | None = None, *, example: bool = False
) -> dict[str, Any]:
    """Make the response to a hook.

    decision (Decision): What rules say of the patient.
    quotes (Quotes | None): The notes' words for a fact; None for places alone.
    example (bool): Say that the rules are examples.
    RETURNS (dict): `cards`, none where nothing was found.
    """
    return {"cards": [card(alert, quotes, example=example) for alert in decision.alerts]}


def discovery(title: str, description: str) -> dict[str, Any]:
    """Make what a CDS service answers at /cds-services.

    title, description (str): Of the service, as users see it.
    RETURNS (dict): `services`, one a hook.
    """
    prefetch = {"patient": "Patient/{{context.patientId}}"}
    return {
        "services": [
            {
                "hook": hook,
                "id": f"spacy-clinical-{hook}",
                "title": title,
                "description": description,
                "prefetch": prefetch,
            }
            for hook in (PATIENT_VIEW, ORDER_SELECT)
        ]
    }


def patient_of(request: Mapping[str, Any]) -> str:
    """RETURNS (str): The patient that a hook's request is about, "" if it names none."""
    context = request.get("context")
    found = context.get("patientId") if isinstance(context, Mapping) else None
    return found if isinstance(found, str) else ""


def _short(words: str) -> str:
    return words if len(words) < SUMMARY else words[: SUMMARY - 2].rstrip() + "…"


def _detail(alert: Alert, quotes: Quotes | None, example: bool) -> str:
    """Markdown: the message, each fact with where it is said, what is missing, the source."""
    lines = [f"**{NOT_FOR_CARE}**", ""] if example else []
    lines += [_plain(alert.rule.message_en), ""]
    for fact in (*alert.facts, *alert.seen):
        lines.append(f"- {_plain(fact.words)} ({_places(fact)})")
        lines += [f"  > {_plain(words)}" for words in (quotes(fact) if quotes else ())]
    lines += [f"- missing: {_plain(words)}" for words in alert.missing]
    lines += ["", f"Confidence {alert.confidence:.2f}, as of {alert.as_of}. {alert.rule.source}."]
    return "\n".join(lines)


def _places(fact: Fact) -> str:
    found = []
    for one in fact.statements:
        start, end = one.mention.fragments[0][0], one.mention.fragments[-1][1]
        found.append(f"{one.mention.document}:{start}-{end}")
    return ", ".join(found) or "given"


def _plain(words: str) -> str:
    """Words on one line, without what Markdown would take for its own."""
    flat = " ".join(words.split())
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in flat)
