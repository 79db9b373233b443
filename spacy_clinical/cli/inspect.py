"""`inspect`: what a corpus holds and loses, or what a pipeline knows."""

from collections import Counter
from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..corpus.corpus_files import read_corpus
from ..corpus.corpus_inventory import inspect_docs, inventory_tables, lost_table
from ..corpus.corpus_overlap import find_overlap, overlap_tables
from ..formats import Reject
from ..formats.rejected_documents import reject_table
from ..installed import load_model
from ..pipeline.known_labels import label_tables
from ..training.language_fit import check_fit, fit_table, tokens_of, unread_share
from . import options
from .util import print_tables


def inspect_cli(
    source: str = Arg(..., help=options.CORPUS + " Or a pipeline"),
    against: Path | None = Opt(
        None, "--against", help="A corpus to be measured on: what of it is in the first?"
    ),
    lost: bool = Opt(
        False, "--lost", help="List the mentions that don't fit the tokens' borders, one by one"
    ),
    lang: str = Opt("en", "--lang", "-l", help="Language of a corpus that isn't tokenised"),
    encoder: str | None = Opt(
        None, "--encoder", help="Encoder: a folder, package or hub's name. What can't it read?"
    ),
    insist: bool = Opt(
        False, "--insist", help="Don't fail for a tokenizer or an encoder of another language"
    ),
    lenient: bool = Opt(
        False, "--lenient", help="List what can't be read, and show the rest; else it is an error"
    ),
) -> None:
    """Show a corpus: labels, relations and their arguments, what its tokenisation loses. Or show a
    pipeline: its labels, its schema, its thresholds."""
    path = Path(source)
    if path.suffix != ".spacy" and (not path.exists() or (path / "meta.json").exists()):
        known = load_model(source)
        msg.divider(f"{known.lang}_{known.meta['name']} {known.meta['version']}")
        print_tables(label_tables(known))
        return
    nlp = tokens_of(lang)
    rejects: list[Reject] | None = [] if lenient else None
    left_out: Counter[str] = Counter()
    found = inspect_docs(read_corpus(path, nlp, rejects, left_out), left_out)
    print_tables([*inventory_tables(found), reject_table(rejects)])
    if lost:
        print_tables([lost_table(found)])
    if against is not None:
        corpora = (read_corpus(x, nlp, [] if lenient else None) for x in (path, against))
        print_tables(overlap_tables(find_overlap(*corpora)))
    unknown = unread_share(path, encoder, lang)
    print_tables([fit_table(found, unknown)])
    if not insist:
        check_fit(found, unknown or 0.0, lang, encoder or "MiniLM-L6")
