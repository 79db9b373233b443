"""What of a pipeline reads answers, run by itself."""

from collections.abc import Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from ...errors import AskError, Errors
from .clinical_qa import ClinicalQA

BATCH = 64


def find_reader(nlp: Language) -> str | None:
    """RETURNS (str | None): The name of the first component that reads answers, None for none."""
    return next((name for name, pipe in nlp.pipeline if isinstance(pipe, ClinicalQA)), None)


def read_passages(nlp: Language, docs: Sequence[Doc], name: str | None = None) -> list[Doc]:
    """Run the component that reads answers and the encoder that it listens to, and nothing else.

    nlp (Language): The pipeline.
    docs (Sequence[Doc]): As `make_asked` makes them.
    name (str | None): The component, None for the first that reads answers.
    RETURNS (list[Doc]): The same, with `doc.spans["answers"]`. Raises AskError where nothing reads
        answers.
    """
    reader = name or find_reader(nlp)
    if reader is None:
        raise AskError(Errors.SC978.format(known=", ".join(nlp.pipe_names) or "none"))
    heard = [own for own, pipe in nlp.pipeline if reader in getattr(pipe, "listener_map", {})]
    read = list(docs)
    for own in (*heard, reader):
        component: Any = nlp.get_pipe(own)
        read = list(component.pipe(read, batch_size=BATCH))
    return read
