"""`silver` and `review`: annotators' work brought together; what a person should look at first."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..files import check_outputs
from ..formats import write
from ..llm.review_queue import write_for_review
from ..llm.silver_standard import make_silver, named_corpora, silver_tables
from . import options
from .util import app, counted, print_results


@app.command("silver")
def silver_cli(
    target: Path = Arg(..., help="Output: NAME.jsonl, or another format that keeps scores"),
    sources: list[str] = Opt(..., "--source", "-s", help="NAME=CORPUS, an annotator's; repeated"),
    gold: Path | None = Opt(None, "--gold", "-g", help="Some notes, truly annotated", exists=True),
    threshold: float = Opt(0.5, help="Probability that what is kept needs", min=0.0, max=1.0),
    force: options.Force = False,
) -> None:
    """Bring several annotators' work on the same notes together: a language model's, terms',
    rules', an older pipeline's. How far each can be trusted is learned from a few gold notes, label
    by label; what is kept has its probability as score, which training can weigh by."""
    corpora = named_corpora(sources)
    check_outputs(target, force=force, sources=[gold, *corpora.values()])
    silver = make_silver(corpora, gold, threshold=threshold)
    write(silver.records, target)
    print_results(silver_tables(silver), f"{counted(len(silver.records), 'document')} to {target}")


@app.command("review", writes=["target"])
def review_cli(
    source: options.Corpus,
    target: Path = Arg(..., help="Output: a folder for brat, NAME.jsonl, or see --to"),
    n: int = Opt(50, "--limit", "-n", help="Notes at most", min=1),
    without: Path | None = Opt(None, help="Notes that have been looked at", exists=True),
    to: options.OutputFormat = None,
    force: options.Force = False,
) -> None:
    """Write the notes whose annotation is least certain, for people to correct in brat, Label
    Studio, doccano or Prodigy. What they give back is read by `convert`."""
    print_results(write_for_review(source, target, n, without, to))
