"""`convert`: an annotated corpus into .spacy, or from one format into another."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..corpus.corpus_conversion import conversion_results, convert
from ..corpus.corpus_files import failed_list
from ..files import check_outputs
from ..formats import FORMATS
from ..installed import tokenizing
from . import options
from .util import app, print_results, set_aside


@app.command("convert")
def convert_cli(
    source: Path = Arg(..., help="Corpus: .spacy, or any format below", exists=True),
    target: Path = Arg(..., help="NAME.spacy, .jsonl, .pubtator, a folder for brat, or see --to"),
    format: str | None = Opt(None, "--format", "-f", help=f"Else guessed: {', '.join(FORMATS)}"),
    lang: str = Opt("en", "--lang", "-l", help="Language of the tokenizer"),
    model: str | None = Opt(None, "--model", "-m", help="Pipeline whose tokenizer to use instead"),
    tokenizer: str | None = Opt(None, "--tokenizer", "-t", help="A registered tokenizer instead"),
    spread: bool = Opt(False, "--spread-concepts", help="Relate all mentions of related concepts"),
    lenient: options.Lenient = False,
    to: options.OutputFormat = None,
    force: options.Force = False,
) -> None:
    """Convert an annotated corpus. What the tokenizer can't represent is kept in the output,
    counted here, and counted as missed by the scorers. --tokenizer takes a registered one, such as
    spacy-clinical.Tokenizer.v1."""
    beside = failed_list(target) if lenient else None
    check_outputs(target, beside, force=force, sources=[source])
    nlp = tokenizing(model, lang, tokenizer)
    done = convert(source, target, nlp, format=format, to=to, spread=spread, lenient=lenient)
    if lenient or force:
        set_aside(target, done.rejects)
    print_results(conversion_results(done, target))
