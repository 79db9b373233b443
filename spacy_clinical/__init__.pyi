"""Types of the names that `spacy_clinical` resolves on first use."""

from .audit.run_recorder import open_audit as open_audit
from .batch.annotation_run import annotate as annotate
from .batch.explained_notes import explain as explain
from .batch.findings_run import find_findings as find_findings
from .batch.note_reader import read_notes as read_notes
from .batch.output_formats import export as export
from .corpus.corpus_inventory import inspect as inspect
from .decisions import decide as decide
from .deid.deidentify import deidentify as deidentify
from .eligibility import screen as screen
from .evaluation.pipeline_comparison import compare as compare
from .evaluation.pipeline_evaluation import evaluate as evaluate
from .evaluation.regression_cases import regress as regress
from .evaluation.score_calibration import calibrate as calibrate
from .evaluation.threshold_tuning import tune as tune
from .graph import build_graph as build_graph
from .knowledge.terminology_bases import build_base as build_base
from .packaging.verification import load as load
from .packaging.verification import verify as verify
from .packaging.wheel import package as package
from .questions import ask as ask
from .questions import read_answers as read_answers
from .signals.disproportionality import disproportionality as disproportionality
from .signals.safety_reports import read_reports as read_reports
from .training.config_writing import init_config as init_config
from .viewer import render as render
