"""A terminology component learns from unlabelled notes in what contexts its concepts stand."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import minibatch

from ..errors import CommandError, Errors, KnowledgeError
from ..note import Note, unread_notes
from ..pipeline.terms.clinical_terms import ClinicalTerms
from ..pipeline.terms.concept_contexts import ContextSums
from ..plurals import counted
from ..result_tables import Message

BATCH = 64


@dataclass
class Learned:
    """What was learned.

    notes (int): Notes that were read.
    unread (int): Notes that couldn't be.
    concepts (int): Concepts whose contexts are known now.
    """

    notes: int = 0
    unread: int = 0
    concepts: int = 0


def learn_contexts(nlp: Language, notes: Iterable[Note], name: str = "") -> Learned:
    """Let `clinical_terms` learn from notes in what contexts its concepts stand; what it knew of
    them before is forgotten. It keeps a vector for each concept that stands in five contexts or
    more, and no text.

    nlp (Language): The pipeline, changed in place.
    notes (Iterable[Note]): Unlabelled notes; those with a fault, and those that the pipeline fails
        on, are passed over and counted.
    name (str): The component, "" if there is but one.
    RETURNS (Learned): The counts. Raises CommandError if there is no such component, and if nothing
        was learned.
    """
    found = {key: pipe for key, pipe in nlp.pipeline if isinstance(pipe, ClinicalTerms)}
    if name not in found and (name or len(found) != 1):
        raise CommandError(Errors.SC671.format(name=name, known=", ".join(found) or "none"))
    component = found[name] if name else next(iter(found.values()))
    learned, sums = Learned(), ContextSums()
    for batch in minibatch(notes, BATCH):
        docs = _readable(nlp, [note.text for note in batch if not note.fault], component)
        learned.notes += len(docs)
        learned.unread += len(batch) - len(docs)
        component.teach(docs, sums)
    contexts = sums.finish()
    if contexts is None:
        raise CommandError(Errors.SC672.format(notes=learned.notes))
    component.contexts = contexts
    learned.concepts = len(contexts.ids)
    return learned


def learned_results(learned: Learned, output: Path) -> Iterator[Message]:
    """YIELDS (Message): How many notes weren't read, and what was learned from the others."""
    yield from unread_notes(learned.unread)
    concepts, read = counted(learned.concepts, "concept"), counted(learned.notes, "note")
    yield Message(f"Contexts of {concepts} learned from {read}: {output}")


def _readable(nlp: Language, texts: Sequence[str], component: ClinicalTerms) -> list[Doc]:
    """The documents, less those on which the pipeline fails, as on a note that is too long."""
    try:
        return _prepare(nlp, texts, component)
    except KnowledgeError:
        raise
    except Exception:
        halves = (texts[: len(texts) // 2], texts[len(texts) // 2 :]) if len(texts) > 1 else ()
        return [doc for half in halves for doc in _readable(nlp, half, component)]


def _prepare(nlp: Language, texts: Sequence[str], component: ClinicalTerms) -> list[Doc]:
    """Documents as the component gets them, with the encoder's vectors if it gets those."""
    docs = [nlp.make_doc(text) for text in texts]
    for _, pipe in nlp.pipeline:
        if pipe is component:
            break
        docs = list(pipe.pipe(docs)) if hasattr(pipe, "pipe") else [pipe(doc) for doc in docs]
    return docs
