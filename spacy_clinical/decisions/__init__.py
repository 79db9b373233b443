"""Decision support over patients' notes: rules as tables, alerts that cite every fact."""

from .alert import Alert, Decision, Silenced
from .rule_engine import decide
from .rule_tables import EXAMPLES, RuleBook, lint, read_rules

__all__ = [
    "EXAMPLES",
    "Alert",
    "Decision",
    "RuleBook",
    "Silenced",
    "decide",
    "lint",
    "read_rules",
]
