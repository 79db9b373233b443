"""`render`: annotated notes as one page."""

from pathlib import Path

from spacy.cli._util import Arg, Opt, setup_gpu
from wasabi import msg

from ..batch.shown_notes import gather_shown
from ..files import check_outputs
from ..plurals import counted
from ..viewer import render
from ..viewer.html_page import check_page, write_page
from . import options
from .util import lenient_reading


def render_cli(
    source: str = Arg(..., help="A corpus (.spacy, JSONL, brat, PubTator), or a pipeline"),
    target: Path = Arg(..., help="The page to write, NAME.html"),
    notes: Path | None = Opt(None, "--notes", help="What the pipeline annotates", exists=True),
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
        check_outputs(target, force=force, sources=[Path(source), notes])
        check_page(target)
        shown = gather_shown(source, notes, text, gold=gold, limit=limit)
        write_page(render(shown.docs, gold=shown.gold, names=shown.names), target)
        msg.good(f"{counted(len(shown.docs), 'note')} in {target}, which holds their text")
        if shown.total > len(shown.docs):
            left = shown.total - len(shown.docs)
            msg.warn(f"{left} further notes are left out: raise --limit")
