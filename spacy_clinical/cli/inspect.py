"""`inspect`: what a corpus holds and loses, or what a pipeline knows."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.shown_notes import is_pipeline
from ..corpus.corpus_inspection import inspect_corpus
from ..installed import load_model
from ..pipeline.known_labels import label_tables
from ..training.language_fit import check_fit, fit_table, tokens_of, unread_share
from . import options
from .util import app, print_results


@app.command("inspect")
def inspect_cli(
    source: str = Arg(..., help=options.CORPUS + " Or a pipeline"),
    against: Path | None = Opt(None, help="A corpus to be measured on: what is in both?"),
    lost: bool = Opt(False, "--lost", help="List the mentions that don't fit the tokens' borders"),
    lang: str = Opt("en", "--lang", "-l", help="Language of a corpus that isn't tokenised"),
    encoder: str | None = Opt(None, help="Folder, package or hub's name. What can't it read?"),
    insist: bool = Opt(False, "--insist", help="Don't fail if tokenizer or encoder don't fit it"),
    lenient: bool = Opt(False, "--lenient", help="List what can't be read, and show the rest"),
) -> None:
    """Show a corpus: labels, relations and their arguments, what its tokenisation loses. Or show a
    pipeline: its labels, its schema, its thresholds."""
    path = Path(source)
    if path.suffix != ".spacy" and is_pipeline(source):
        known = load_model(source)
        msg.divider(f"{known.lang}_{known.meta['name']} {known.meta['version']}")
        print_results(label_tables(known))
        return
    nlp = tokens_of(lang)
    found, results = inspect_corpus(path, nlp, against, lost=lost, lenient=lenient)
    print_results(results)
    unknown = unread_share(path, encoder, lang)
    print_results(fit_table(found, unknown))
    if not insist:
        check_fit(found, unknown or 0.0, lang, encoder or "MiniLM-L6")
