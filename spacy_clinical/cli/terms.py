"""`terms`: what `clinical_terms` learns from notes."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from tqdm import tqdm
from wasabi import msg

from ..batch.note_reader import Notes
from ..files import check_outputs
from ..installed import load_model
from ..plurals import counted
from ..training.string_pruning import save_without_texts
from ..training.term_contexts import learn_contexts
from . import options
from .util import Commands

terms_app = Commands("terms", "Mentions by terminology.")


@terms_app.command("learn")
def learn_cli(
    model: str = Arg(..., help="Installed pipeline or its folder, with clinical_terms"),
    sources: list[Path] = Arg(..., help="Unlabelled notes, as `annotate` takes them"),
    output: Path = Arg(..., help="New folder for the pipeline that has learned"),
    component: str = Opt("", "--component", "-c", help="Its name, if there are several"),
    kind: str | None = Opt(None, "--format", "-f", help="Input: jsonl, csv, tsv, parquet or txt"),
    text_field: options.TextField = "text",
) -> None:
    """Learn in what contexts concepts stand, so that ambiguous names are settled by theirs. The
    pipeline keeps a vector for each concept, and nothing of the notes."""
    check_outputs(output, sources=sources)
    nlp = load_model(model)
    notes = tqdm(Notes(sources, kind, text_field), unit=" notes", disable=None)
    learned = learn_contexts(nlp, notes, component)
    save_without_texts(nlp, output)
    if learned.unread:
        msg.warn(f"{counted(learned.unread, 'note')} left out: they can't be read")
    concepts, read = counted(learned.concepts, "concept"), counted(learned.notes, "note")
    msg.good(f"Contexts of {concepts} learned from {read}: {output}")
