"""`terms`: what `clinical_terms` learns from notes."""

from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt
from tqdm import tqdm

from ..batch.note_reader import Notes
from ..installed import load_model
from ..training.string_pruning import save_without_texts
from ..training.term_contexts import learn_contexts, learned_results
from .util import app, print_results

terms_app = app.group("terms", "Mentions by terminology.")


@terms_app.command("learn", writes=["output"])
def learn_cli(
    model: Annotated[str, Arg(help="Installed pipeline or its folder, with clinical_terms")],
    notes: Notes,
    output: Path = Arg(..., help="New folder for the pipeline that has learned"),
    component: str = Opt("", "--component", "-c", help="Its name, if there are several"),
) -> None:
    """Learn in what contexts concepts stand, so that ambiguous names are settled by theirs. The
    pipeline keeps a vector for each concept, and nothing of the notes."""
    nlp = load_model(model)
    learned = learn_contexts(nlp, tqdm(notes, unit=" notes", disable=None), component)
    save_without_texts(nlp, output)
    print_results(learned_results(learned, output))
