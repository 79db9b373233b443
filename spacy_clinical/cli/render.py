"""`render`: annotated notes as one page."""

from pathlib import Path

from spacy.cli._util import Arg, Opt, setup_gpu

from ..batch.shown_notes import gather_shown, shown_results
from ..viewer import render
from ..viewer.html_page import check_page, write_page
from . import options
from .util import app, lenient_reading, print_results


@app.command("render", writes=["target"])
def render_cli(
    source: Path = Arg(..., help="A corpus (.spacy, JSONL, brat, PubTator), or a pipeline"),
    target: Path = Arg(..., help="The page to write, NAME.html"),
    notes: Path | None = Opt(None, help="What the pipeline annotates", exists=True),
    text: str | None = Opt(None, "--text", "-t", help="A text that the pipeline annotates"),
    gold: bool = Opt(False, "--gold", "-G", help="Gold annotation of the notes beside"),
    limit: int = Opt(50, "--limit", "-n", help="Notes on the page at most, 0 for all"),
    gpu: options.Gpu = -1,
    lenient: options.Lenient = False,
    force: options.Force = False,
) -> None:
    """Write notes as one page to look at: mentions, assertions, relations. It opens without a
    network. It holds the text of the notes."""
    setup_gpu(gpu, silent=True)
    with lenient_reading(lenient, target, force=force):
        check_page(target)
        shown = gather_shown(str(source), notes, text, gold=gold, limit=limit)
        write_page(render(shown.docs, gold=shown.gold, names=shown.names), target)
        print_results(shown_results(shown, target))
