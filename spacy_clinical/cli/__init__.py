"""`python -m spacy clinical COMMAND`, found by spaCy through the `spacy_cli` entry point."""

from importlib import import_module

from spacy.cli._util import app as spacy_app

from .util import app

FILES = (  # in the order in which `--help` shows their commands
    "init_config convert inspect evaluate annotate export deidentify package verify findings"
    " signals evidence calibrate tune doctor lint_context drift regress show render serve"
    " graph audit card kb rules terms explain ask timeline eligibility silver pretrain train"
)
for name in FILES.split():
    import_module(f"{__name__}.{name}")
spacy_app.add_typer(app)
# Older typers print the variables of a traceback, and the outermost app decides: notes among them.
spacy_app.pretty_exceptions_show_locals = False
