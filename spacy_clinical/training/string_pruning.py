"""What a saved pipeline may remember of the texts it saw and the machine it was on: nothing."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import copy
from pathlib import Path

import spacy
import srsly
from spacy.language import Language
from thinc.api import Config

from ..errors import CommandError, Errors
from ..files import check_outputs, new_folder, replaced_folder


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


def save_without_texts(nlp: Language, path: Path, *, force: bool = False) -> None:
    """Save a pipeline with the strings that it needs itself, whole or not at all.

    nlp (Language): The pipeline.
    path (Path): A new or empty folder. Raises FormatError for another.
    force (bool): Or one with a pipeline, which is replaced.
    """
    make = replaced_folder if force and _is_pipeline(path) else new_folder
    with make(path) as folder:
        without_texts(nlp).to_disk(folder)


def check_pipeline_output(path: Path, *sources: str | Path, force: bool) -> None:
    """Refuse, before the work, a folder that `save_without_texts` would, and what is read.

    path (Path): Where a pipeline is to be saved.
    sources (str | Path): What is read. Raises CommandError.
    force (bool): A pipeline that is there is replaced.
    """
    known = [Path(source) for source in sources]
    check_outputs(None if force and _is_pipeline(path) else path, sources=known)
    for source in known:
        if path.exists() and source.exists() and path.samefile(source):
            raise CommandError(Errors.SC567.format(target=path, source=source))


def _is_pipeline(path: Path) -> bool:
    return (path / "config.cfg").is_file() and (path / "meta.json").is_file()


def _forget_paths(file: Path) -> None:
    config = Config().from_disk(file, interpolate=False)
    config["paths"] = dict.fromkeys(config["paths"])
    config.to_disk(file)


def new_pipeline(nlp: Language) -> Language:
    """RETURNS (Language): A new pipeline of the same language and tokenizer."""
    return spacy.blank(str(nlp.lang), config={"nlp": {"tokenizer": nlp.config["nlp"]["tokenizer"]}})


def language_strings(nlp: Language) -> set[str]:
    """RETURNS (set[str]): The strings of new pipelines of a language, with this tokenizer and with
    the language's own, where what that needs is installed (Japanese and Thai have packages)."""
    strings = set(new_pipeline(nlp).vocab.strings)
    with suppress(ImportError):
        strings.update(nlp.__class__().vocab.strings)
    return strings


def needed_strings(nlp: Language) -> list[str]:
    """List the strings without which the pipeline would not work.

    nlp (Language): The pipeline.
    RETURNS (list[str]): Those of a new pipeline of its language, all labels, and the notes that
        relations between concepts get; sorted.
    """
    needed = language_strings(nlp)
    for name in nlp.pipe_names:
        component = nlp.get_pipe(name)
        for kind in ("labels", "notes"):
            needed.update(str(label) for label in getattr(component, kind, ()))
    return sorted(needed)
