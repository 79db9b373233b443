"""`silver` and `review`: annotators' work brought together; what a person should look at first."""

from collections import Counter
from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..corpus.corpus_files import format_to_write, read_records
from ..files import check_outputs
from ..formats import write
from ..llm.review_queue import choose_for_review, doubt_table
from ..llm.silver_standard import make_silver, named_corpora, silver_tables
from ..plurals import counted
from ..result_tables import count_table
from . import options
from .util import print_tables


def silver_cli(
    target: Path = Arg(..., help="Output: NAME.jsonl, or another format that keeps scores"),
    sources: list[str] = Opt(
        ..., "--source", "-s", help="NAME=CORPUS: one annotator's work, two or more times"
    ),
    gold: Path | None = Opt(
        None, "--gold", "-g", help="Some of the notes with true annotation", exists=True
    ),
    threshold: float = Opt(
        0.5, "--threshold", help="Probability that what is kept needs", min=0.0, max=1.0
    ),
    force: options.Force = False,
) -> None:
    """
    Bring several annotators' work on the same notes together: a language model's, terms', rules',
    an older pipeline's. How far each can be trusted is learned from a few gold notes, label by
    label; what is kept has its probability as score, which training can weigh by.
    """
    corpora = named_corpora(sources)
    check_outputs(target, force=force, sources=[gold, *corpora.values()])
    silver = make_silver(corpora, gold, threshold=threshold)
    write(silver.records, target)
    print_tables(silver_tables(silver))
    msg.good(f"{counted(len(silver.records), 'document')} to {target}")


def review_cli(
    source: options.Corpus,
    target: Path = Arg(..., help="Output: a folder for brat, NAME.jsonl, or see --to"),
    n: int = Opt(50, "--limit", "-n", help="Notes at most", min=1),
    without: Path | None = Opt(
        None, "--without", help="A corpus of notes that have been looked at", exists=True
    ),
    to: options.OutputFormat = None,
    force: options.Force = False,
) -> None:
    """
    Write the notes whose annotation is least certain, for people to correct in brat, Label Studio,
    doccano or Prodigy. What they give back is read by `convert`.
    """
    check_outputs(target, force=force, sources=[source, without])
    seen = [record.id for record in read_records(without)] if without else []
    chosen = choose_for_review(source, n, without=seen)
    left_out: Counter[str] = Counter()
    records = [record for record, _ in chosen]
    write(records, target, to or format_to_write(target), left_out=left_out)
    print_tables([doubt_table(chosen), count_table("Left out", +left_out)])
    msg.good(f"{counted(len(chosen), 'document')} to {target}")
