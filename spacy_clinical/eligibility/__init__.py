"""Criteria of trials over patients' charts: who fits, who doesn't, and of whom nobody can tell."""

from .criteria import Criterion, read_criteria
from .criterion_compiler import Compiled, compile_criteria
from .screening import Screening, screen

__all__ = [
    "Compiled",
    "Criterion",
    "Screening",
    "compile_criteria",
    "read_criteria",
    "screen",
]
