"""What is found in one note of a person, to be looked for in all others of the same person."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from spacy.language import Language
from spacy.util import minibatch

from ..docs.phi import get_identifiers, set_meta
from ..note import Note
from ..pipeline.deid.known_person import ELSEWHERE, FoundElsewhere
from ..pipeline.deid.overlapping_finds import NAMES
from ..pipeline.deid.repetition import CODES
from .code_surrogates import normalise
from .deidentify import PATIENT_FIELDS, patient_of

_SURE = 0.6  # above that of bare initials and of names in small letters
_BATCH = 128  # notes between which what the pipeline met is forgotten
_CODE = 5  # letters and digits of the shortest code


class AcrossNotes:
    """Names and codes of each person, by all of the person's notes. They are held in memory only.

    nlp (Language): A pipeline with `clinical_deid`.
    name (str): The component.
    patient_field (str): The meta field that says whose note it is; "" for the usual ones.
    """

    def __init__(self, nlp: Language, name: str, patient_field: str = ""):
        last = nlp.pipe_names.index(name)
        trained = hasattr(nlp.get_pipe(name), "model")
        first = 0 if trained else last  # rules need no other component
        self._nlp, self._name = nlp, name
        self._pipes = [pipe for _, pipe in nlp.pipeline[first : last + 1]]
        self._fields = (patient_field,) if patient_field else PATIENT_FIELDS
        self._found: dict[str, dict[str, dict[str, None]]] = {}

    def gather(self, notes: Iterable[Note]) -> None:
        """Look for what identifies in all notes that say whose they are. One that raises says
        nothing: the run that comes after tells of it. The strings that the pipeline meets are
        forgotten again.

        notes (Iterable[Note]): The notes.
        """
        for batch in minibatch(notes, _BATCH):
            with self._nlp.memory_zone():
                for note in batch:
                    self._try(note)

    def known(self, notes: Iterable[Note]) -> Iterator[Note]:
        """Tell each note what was found in its person's.

        notes (Iterable[Note]): The notes.
        YIELDS (Note): The same, with it among the meta.
        """
        for note in notes:
            found = self._found.get(self._patient(note.meta) or "", {})
            told = FoundElsewhere((label, sorted(texts)) for label, texts in sorted(found.items()))
            yield note._replace(meta={**note.meta, ELSEWHERE: told}) if told else note

    def _try(self, note: Note) -> None:
        patient = self._patient(note.meta)
        if patient and not note.fault:
            with suppress(Exception):
                self._add(note, self._found.setdefault(patient, {}))

    def _patient(self, meta: Mapping[str, Any]) -> str:
        return next((p for field in self._fields if (p := patient_of(meta, field))), "")

    def _add(self, note: Note, found: dict[str, dict[str, None]]) -> None:
        doc = self._nlp.make_doc(note.text)
        set_meta(doc, note.meta)
        for pipe in self._pipes:
            doc = pipe(doc)
        for one in get_identifiers(doc, self._nlp.get_pipe(self._name).finder.key):  # type: ignore[attr-defined]
            text = note.text[one.start : one.end]
            code = one.label in CODES and len(normalise(text)) >= _CODE
            if one.score >= _SURE and (code or one.label in NAMES):
                found.setdefault(one.label, {})[" ".join(text.split())] = None
