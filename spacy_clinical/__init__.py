"""Clinical text to structured facts in spaCy. Every name resolves on its first use."""

from importlib import import_module
from typing import Any

_PLACES = {
    "annotate": "batch.annotation_run",
    "ask": "questions",
    "build_base": "knowledge.terminology_bases",
    "build_graph": "graph",
    "calibrate": "evaluation.score_calibration",
    "compare": "evaluation.pipeline_comparison",
    "disproportionality": "signals.disproportionality",
    "decide": "decisions",
    "deidentify": "deid.deidentify",
    "evaluate": "evaluation.pipeline_evaluation",
    "explain": "batch.explained_notes",
    "export": "batch.output_formats",
    "find_findings": "batch.findings_run",
    "init_config": "training.config_writing",
    "inspect": "corpus.corpus_inventory",
    "load": "packaging.verification",
    "open_audit": "audit.run_recorder",
    "package": "packaging.wheel",
    "read_answers": "questions",
    "read_notes": "batch.note_reader",
    "read_reports": "signals.safety_reports",
    "regress": "evaluation.regression_cases",
    "render": "viewer",
    "screen": "eligibility",
    "tune": "evaluation.threshold_tuning",
    "verify": "packaging.verification",
}
__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    """Import what a name stands for."""
    if name not in _PLACES:
        raise AttributeError(f"module 'spacy_clinical' has no attribute '{name}'")
    value = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the names, resolved or not."""
    return sorted({*globals(), *__all__})
