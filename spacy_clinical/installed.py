"""What is installed: pipelines, registered tokenizers, and what extras bring."""

import hashlib
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.util import registry

from .encoder_library import need_encoders
from .errors import CommandError, Errors, SpacyClinicalError
from .pipeline_folder import find_folder, fingerprint_folder, no_pipeline

_SHOWN = 200  # characters of spaCy's own messages


def load_model(name: str) -> Language:
    """Load a pipeline.

    name (str): An installed package or a folder.
    RETURNS (Language): The pipeline. Raises CommandError where there is none, or where its
        language, or a package that it needs, isn't installed, and where its files or its knowledge
        base's are damaged.
    """
    if not (Path(name) / "meta.json").is_file() and not spacy.util.is_package(name):
        raise no_pipeline(name)
    try:
        need_encoders(_folder_of(name))
        nlp = spacy.load(name)
        open_bases(nlp, needed=False)
        check_places(nlp)
        return nlp
    except ImportError as error:
        raise CommandError(Errors.SC506.format(name=name, error=error)) from error
    except SpacyClinicalError:
        raise
    except Exception as error:  # whatever a damaged file makes of spaCy, thinc, torch and msgpack
        said = str(error).partition("\n")[0][:_SHOWN]
        told = said if said.startswith("[E") else type(error).__name__
        raise CommandError(Errors.SC507.format(name=name, error=told)) from error


def _folder_of(name: str) -> Path | None:
    """Where a pipeline is; None for that of a package which makes it in a way of its own."""
    try:
        return find_folder(name)
    except CommandError:
        return None


def open_bases(nlp: Language, *, needed: bool = True) -> None:
    """Open the knowledge bases of a pipeline's components, each of which would be opened at its
    first use. Raises KnowledgeError for one that is damaged.

    nlp (Language): The pipeline.
    needed (bool): Raise PipelineError for a component that has none.
    """
    for _, component in nlp.pipeline:
        open_base = getattr(component, "open_base", None)
        if open_base is not None and (needed or getattr(component, "folder", None)):
            open_base()


def check_places(nlp: Language) -> None:
    """Warn of components that stand where others undo or don't see what they do; once.

    nlp (Language): The pipeline.
    """
    for _, component in nlp.pipeline:
        tell_of = getattr(getattr(component, "order", None), "tell_of", None)
        if tell_of is not None:
            tell_of(nlp)


def as_pipeline(model: str | Path | Language) -> Language:
    """Take a pipeline, or load one by its name.

    model (str | Path | Language): A pipeline, an installed package's name, or a folder.
    RETURNS (Language): The pipeline. Raises CommandError where there is none.
    """
    if not isinstance(model, Language):
        return load_model(str(model))
    check_places(model)
    return model


def blank_language(lang: str, tokenizer: str = "") -> Language:
    """Make a pipeline without components.

    lang (str): The code of its language.
    tokenizer (str): A registered one; "" for the language's own, which some need a package for.
    RETURNS (Language): The pipeline. Raises CommandError for a language that spaCy doesn't know, or
        that needs a package.
    """
    config = {"nlp": {"tokenizer": {"@tokenizers": tokenizer}}} if tokenizer else {}
    try:
        return spacy.blank(lang, config=config)
    except ImportError as error:
        if find_spec(f"spacy.lang.{lang}") is not None:
            raise CommandError(Errors.SC506.format(name=lang, error=error)) from None
        known = "the codes of spaCy's languages, such as en"
        raise CommandError(Errors.SC519.format(what="language", name=lang, known=known)) from None


def find_tokenizer(name: str) -> Callable[[Language], Any]:
    """Find a registered tokenizer.

    name (str): As in `[nlp.tokenizer]`, such as "spacy-clinical.Tokenizer.v1".
    RETURNS (Callable[[Language], Tokenizer]): Builds it. Raises CommandError if there is none.
    """
    if not registry.has("tokenizers", name):
        known = ", ".join(sorted(registry.tokenizers.get_all()))
        raise CommandError(Errors.SC416.format(name=name, known=known))
    build: Callable[[Language], Any] = registry.get("tokenizers", name)()
    return build


def tokenizing(model: str | None, lang: str, tokenizer: str | None) -> Language:
    """Make what cuts texts into tokens.

    model (str | None): A pipeline whose tokenizer is taken; None for the language's.
    lang (str): The language's code.
    tokenizer (str | None): A registered tokenizer to take instead.
    RETURNS (Language): With that tokenizer. Raises CommandError where there is none.
    """
    if tokenizer:
        find_tokenizer(tokenizer)
    if not model:
        return blank_language(lang, tokenizer or "")
    nlp = load_model(model)
    if tokenizer:
        nlp.tokenizer = find_tokenizer(tokenizer)(nlp)
    return nlp


def need_extra(module: str, what: str, extra: str) -> Any:
    """Import what an extra brings.

    module (str): The module.
    what (str): What needs it, for the message.
    extra (str): The extra's name.
    RETURNS (module): The module. Raises CommandError where it isn't installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        message = Errors.SC512.format(what=what, module=module, extra=extra, error=error)
        raise CommandError(message) from None


def fingerprint_model(nlp: Language) -> str:
    """Tell a pipeline from every other one.

    nlp (Language): The pipeline.
    RETURNS (str): A hash of the files that it was loaded from, or of its bytes.
    """
    path = getattr(nlp, "_path", None)
    if path is not None:
        return fingerprint_folder(path)
    return hashlib.blake2b(nlp.to_bytes(), digest_size=16).hexdigest()


def fingerprint_config(nlp: Language) -> str:
    """RETURNS (str): A hash of a pipeline's config."""
    return hashlib.blake2b(nlp.config.to_bytes(), digest_size=16).hexdigest()
