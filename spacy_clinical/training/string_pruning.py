"""What a saved pipeline may remember of the texts it saw and the machine it was on: nothing."""

from collections.abc import Callable, Iterable
from copy import copy
from pathlib import Path

import srsly
from spacy.language import Language
from thinc.api import Config

from ..files import new_folder


def make_prune_strings() -> Callable[[Language], Language]:
    """Make a callback for `[training.before_to_disk]` that keeps texts out of saved pipelines.

    spaCy writes every token that a pipeline has ever processed to vocab/strings.json.

    RETURNS (Callable[[Language], Language]): See `without_texts`.
    """
    return without_texts


def without_texts(nlp: Language) -> Language:
    """Give a pipeline whose `to_disk` writes only the strings that it needs itself.

    nlp (Language): The pipeline; it goes on as it is.
    RETURNS (Language): The same components and weights. Its string store on disk holds the words
        of the tokenizer's own rules and the components' labels; the [paths] of its config are null.
    """
    clone = copy(nlp)

    def to_disk(path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        nlp.to_disk(path, exclude=[*exclude, "vocab"])
        _forget_paths(Path(path) / "config.cfg")
        if "vocab" not in exclude:
            folder = Path(path) / "vocab"
            nlp.vocab.to_disk(folder, exclude=["strings"])
            srsly.write_json(folder / "strings.json", needed_strings(nlp))

    clone.to_disk = to_disk  # type: ignore[method-assign]
    return clone


def save_without_texts(nlp: Language, path: Path) -> None:
    """Save a pipeline with the strings that it needs itself, whole or not at all.

    nlp (Language): The pipeline.
    path (Path): A new or empty folder. Raises FormatError for another.
    """
    with new_folder(path) as folder:
        without_texts(nlp).to_disk(folder)


def _forget_paths(file: Path) -> None:
    config = Config().from_disk(file, interpolate=False)
    config["paths"] = dict.fromkeys(config["paths"])
    config.to_disk(file)


def needed_strings(nlp: Language) -> list[str]:
    """List the strings without which the pipeline would not work.

    nlp (Language): The pipeline.
    RETURNS (list[str]): Those of a new pipeline of its language, all labels, and the notes that
        relations between concepts get; sorted.
    """
    needed = set(nlp.__class__().vocab.strings)
    for name in nlp.pipe_names:
        component = nlp.get_pipe(name)
        for kind in ("labels", "notes"):
            needed.update(str(label) for label in getattr(component, kind, ()))
    return sorted(needed)
