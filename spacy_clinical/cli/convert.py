"""`convert`: an annotated corpus into .spacy, or from one format into another."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..corpus.corpus_conversion import convert
from ..corpus.corpus_files import failed_list
from ..files import check_outputs
from ..formats import FORMATS
from ..installed import blank_language, find_tokenizer, load_model
from ..plurals import counted
from ..result_tables import count_table
from . import options
from .util import print_tables, set_aside

UNTOLD = "Stored apart: mentions can't tell it, no model learns it"


def convert_cli(
    source: Path = Arg(
        ..., help="Corpus: .spacy, or a file or folder of any format below", exists=True
    ),
    target: Path = Arg(
        ..., help="Output: NAME.spacy, NAME.jsonl, NAME.pubtator, a folder for brat, or see --to"
    ),
    format: str | None = Opt(
        None,
        "--format",
        "-f",
        help=f"Format of the input, guessed if not given: {', '.join(FORMATS)}",
    ),
    lang: str = Opt("en", "--lang", "-l", help="Language of the tokenizer"),
    model: str | None = Opt(None, "--model", "-m", help="Pipeline whose tokenizer to use instead"),
    tokenizer: str | None = Opt(
        None,
        "--tokenizer",
        "-t",
        help="Registered tokenizer to use instead, such as spacy-clinical.Tokenizer.v1",
    ),
    spread: bool = Opt(
        False, "--spread-concepts", help="Relate all mention pairs of related concepts"
    ),
    lenient: bool = Opt(
        False, "--lenient", help="Set aside what can't be read, in TARGET.failed.jsonl"
    ),
    to: options.OutputFormat = None,
    force: options.Force = False,
) -> None:
    """
    Convert an annotated corpus. What the tokenizer can't represent is kept in the output, counted
    here, and counted as missed by the scorers.
    """
    beside = failed_list(target) if lenient else None
    check_outputs(target, beside, force=force, sources=[source])
    nlp = load_model(model) if model else blank_language(lang)
    if tokenizer:
        nlp.tokenizer = find_tokenizer(tokenizer)(nlp)
    done = convert(source, target, nlp, format=format, to=to, spread=spread, lenient=lenient)
    if lenient or force:
        set_aside(target, done.rejects)
    print_tables([count_table("Left out", +done.left_out)])
    msg.good(f"{counted(done.documents, 'document')} to {target}")
    msg.text(f"{counted(done.mentions, 'mention')}, {counted(done.relations, 'relation')}")
    if done.lost:
        msg.warn(done.lost)
    print_tables([count_table(UNTOLD, done.untold)])
