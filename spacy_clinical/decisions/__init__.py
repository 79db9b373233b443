"""Decision support over patients' notes: rules as tables, alerts that cite every fact."""

from .alert import Alert, Decision, Silenced
from .decision_rule_tables import EXAMPLES, RuleBook, lint, read_rules
from .rule_engine import decide

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
