"""Drug safety signals: pairs of drug and event that reports name together more than expected."""

from .disproportionality import Settings, Signal, SignalTable, disproportionality
from .safety_reports import Report, read_reports

__all__ = [
    "Report",
    "Settings",
    "Signal",
    "SignalTable",
    "disproportionality",
    "read_reports",
]
