"""`python -m spacy clinical COMMAND`, found by spaCy through the `spacy_cli` entry point."""

from spacy.cli._util import app as spacy_app

from .util import app

spacy_app.add_typer(app)
# Older typers print the variables of a traceback, and the outermost app decides: notes among them.
spacy_app.pretty_exceptions_show_locals = False
