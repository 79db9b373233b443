"""`python -m spacy clinical COMMAND`, found by spaCy through the `spacy_cli` entry point."""

from spacy.cli._util import app as spacy_app

from .lazy_commands import LazyCommands
from .util import app

app.info.cls = LazyCommands
app.info.callback = lambda: None  # or typer would take an app without commands, as yet, for empty
spacy_app.add_typer(app)
# Older typers print the variables of a traceback, and the outermost app decides: notes among them.
spacy_app.pretty_exceptions_show_locals = False
