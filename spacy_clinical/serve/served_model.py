"""A pipeline as a service holds it: its name and hash, what it writes, how it is checked."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from ..batch.worker_pool import annotate_notes
from ..docs import to_record
from ..encoder.find_encoders import find_encoders
from ..errors import EncoderError, Errors, ServeError
from ..exports.export_settings import ExportSettings, name_system
from ..formats.jsonl import read_jsonl, to_line
from ..installed import fingerprint_model, load_model, open_bases
from ..note import Note
from ..packaging.manifest import MANIFEST
from ..packaging.verification import load
from ..pipeline_folder import find_folder
from ..records import Record
from .service_events import ModelFacts
from .service_settings import ServeSettings

GOLDEN = "The patient was given aspirin for chest pain and denies fever."
_PER_PIECE = 4  # characters, where there is no encoder that counts


class ServedModel:
    """A pipeline.

    nlp (Language): The pipeline.
    source (str | None): Where it can be loaded again, None if it was given as it is.
    golden (Path | None): Annotated notes as `annotate` writes them, which it must annotate so; None
        for a sentence that it must annotate as it did at first.
    """

    def __init__(self, nlp: Language, source: str | None = None, golden: Path | None = None):
        self.nlp = nlp
        self.source = source
        self.golden = golden
        name, version = name_system(nlp)
        self.facts = ModelFacts(name, version, fingerprint_model(nlp))
        self.count_pieces = _counter(nlp)
        self._wanted = [*read_jsonl(golden)] if golden else []
        if not self._wanted:
            self._wanted = [self._annotate(Record("golden", GOLDEN))]

    @property
    def checked_note(self) -> Note:
        """RETURNS (Note): The first golden note."""
        return Note(self._wanted[0].id, self._wanted[0].text)

    def check(self) -> None:
        """Annotate all golden notes. Raises ServeError where one comes out in another way."""
        for record in self._wanted:
            self.compare(record.id, said_by(self._annotate(record)))

    def compare(self, id: str, found: Any) -> None:
        """Compare what was found in a golden note. Raises ServeError where it isn't as it should
        be; what is told are counts.

        id (str): The note's.
        found (Any): As `said_by` gives it.
        """
        wanted = next(said_by(record) for record in self._wanted if record.id == id)
        if found != wanted:
            counts = [f"{len(part)} {name}" for part, name in zip(found, _PARTS, strict=True)]
            other = [f"{len(part)} {name}" for part, name in zip(wanted, _PARTS, strict=True)]
            told = f"{', '.join(counts)}, where {', '.join(other)} are expected, and not all alike"
            raise ServeError(Errors.SC931.format(found=told))

    def _annotate(self, record: Record) -> Record:
        found: list[Record] = []

        def take(doc: Doc) -> bytes:
            found.append(to_record(doc))
            return b""

        (result,) = annotate_notes(self.nlp, [Note(record.id, record.text)], [take])
        if result.doc is None:
            raise ServeError(Errors.SC931.format(found=result.error))
        return found[-1]

    def export_settings(self, settings: ServeSettings) -> ExportSettings:
        """RETURNS (ExportSettings): Of what is annotated now."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return ExportSettings(
            self.facts.name,
            self.facts.version,
            now,
            settings.only_asserted,
            code_system=settings.code_system,
        )


_PARTS = ("mentions", "relations", "assertions")


def said_by(record: Record) -> tuple[Any, Any, Any]:
    """RETURNS (tuple): What a note's annotation says, without scores, in no order."""
    places = {entity.id: (entity.label, entity.fragments) for entity in record.entities}
    return (
        sorted(places.values()),
        sorted((r.label, places[r.head], places[r.tail]) for r in record.relations),
        sorted(
            (a.name, a.value, places[a.target]) for a in record.attributes if a.target in places
        ),
    )


def take_row(doc: Doc) -> bytes:
    """RETURNS (bytes): A document's line, as `annotate` writes it."""
    return to_line(to_record(doc))


def load_served(source: str, golden: Path | None = None) -> ServedModel:
    """Load a pipeline; if it was packaged, its files are verified first.

    source (str): An installed package or a folder.
    golden (Path | None): See `ServedModel`.
    RETURNS (ServedModel): The pipeline, checked. Raises SpacyClinicalError where there is none.
    """
    packaged = (find_folder(source) / MANIFEST).is_file()
    nlp = load(source) if packaged else load_model(source)
    open_bases(nlp)
    model = ServedModel(nlp, source, golden)
    model.check()
    return model


def _counter(nlp: Language) -> Callable[[str], int]:
    """What counts the wordpieces of a text, by the pipeline's first encoder."""
    try:
        vocabulary = find_encoders(nlp)[0].shim.vocabulary
    except EncoderError:
        return lambda text: len(text) // _PER_PIECE + 1
    assert vocabulary is not None
    return partial(_count, vocabulary.tokenizer)


def _count(tokenizer: Any, text: str) -> int:
    return len(tokenizer.encode_batch_fast([text], add_special_tokens=False)[0]) + 1
