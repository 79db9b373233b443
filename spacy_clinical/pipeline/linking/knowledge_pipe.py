"""What components on a knowledge base share: it is opened at first use, and saved or not."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import srsly
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import minibatch
from spacy.vocab import Vocab

from ...docs import install_extensions
from ...errors import Errors, PipelineError
from ...files import copy_folder, replaced_folder
from ...garbage_collection import collector_paused
from ...knowledge.base_builder import META
from ...knowledge.knowledge_base import KnowledgeBase
from ..failing_notes import annotate_sound

FOLDER = "kb"


class KnowledgePipe(Pipe, ABC):
    """A component on a knowledge base. A subclass gives `predict` and `set_annotations`.

    vocab (Vocab): The pipeline's.
    name (str): The component's name.
    folder (Path | None): The knowledge base. It is opened at first use.
    cfg (dict): Settings, among them `spans_key` and `save_kb`: saved.
    scorer (Callable | None): The scoring method.
    """

    def __init__(
        self,
        vocab: Vocab,
        name: str,
        *,
        folder: Path | None,
        cfg: dict[str, Any],
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        self.vocab = vocab
        self.name = name
        self.folder = Path(folder) if folder else None
        self.cfg = cfg
        self.scorer = scorer
        self._kb: KnowledgeBase | None = None
        install_extensions()

    @property
    def key(self) -> str:
        """RETURNS (str): The span group of the mentions."""
        return self.cfg["spans_key"]

    @property
    def kb(self) -> KnowledgeBase:
        """RETURNS (KnowledgeBase): The base: `kb.cui_to_entity[id]` has names and definition."""
        if self._kb is None:
            if self.folder is None:
                raise PipelineError(Errors.SC613.format(name=self.name))
            self._kb = KnowledgeBase(self.folder)
        return self._kb

    def open_base(self) -> None:
        """Open the base: what is wrong is told before the first note."""
        assert self.kb is not None

    @abstractmethod
    def predict(self, docs: Sequence[Doc]) -> list[Any]:
        """Look up what documents say.

        docs (Sequence[Doc]): The documents.
        RETURNS (list[Any]): What `set_annotations` takes, of each.
        """

    @abstractmethod
    def set_annotations(self, docs: Sequence[Doc], found: list[Any]) -> None:
        """Write what was found.

        docs (Sequence[Doc]): The documents.
        found (list[Any]): As `predict` returns it.
        """

    def take_base(self, folder: Path | None) -> None:
        """Take another base, opened at its first use.

        folder (Path | None): Where it is.
        """
        self.folder, self._kb = folder, None

    def __call__(self, doc: Doc) -> Doc:
        """Apply the component to a document.

        doc (Doc): The document.
        RETURNS (Doc): The same. None if it failed and the error handler doesn't raise.
        """
        return next(self.pipe([doc]), None)  # type: ignore[arg-type,return-value]

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Apply the component to a stream of documents, what it looks up together in a batch.

        stream (Iterable[Doc]): The documents.
        batch_size (int): Documents to look up together.
        YIELDS (Doc): The same, in order, but for those that fail.
        """
        for docs in minibatch(stream, size=batch_size):
            with collector_paused():
                sound = annotate_sound(self, docs)
            yield from sound

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Score what was found. RETURNS (dict[str, Any]): What the scorer gives."""
        if self.scorer is None:
            return {}
        return self.scorer(examples, spans_key=self.key, **kwargs)

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,
        kb: Path | None = None,
    ) -> None:
        """Take a knowledge base. Nothing is learned.

        get_examples (Callable): Not called.
        nlp (Language | None): Not used.
        kb (Path | None): The base; None for that of the component's own settings.
        """
        if kb is not None:
            self.take_base(Path(kb))
        assert self.kb is not None

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Save settings, and the knowledge base or the way to it; nothing of any document.

        path (str | Path): A folder.
        exclude (Iterable[str]): "kb" to leave a base that `save_kb` would save where it is.
        """
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        inside = path / FOLDER
        if self.cfg["save_kb"] and FOLDER not in exclude:
            if not (inside.exists() and inside.samefile(self.kb.folder)):
                with replaced_folder(inside) as new:
                    copy_folder(self.kb.folder, new)
            where: str | None = FOLDER
        else:
            where = os.path.relpath(self.folder, path) if self.folder else None
        srsly.write_json(path / "cfg", {**self.cfg, FOLDER: where})

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:
        """Load settings, and find the knowledge base again.

        path (str | Path): A folder that `to_disk` wrote. Raises PipelineError if the base is
            neither where it was, seen from here, nor where the config says.
        exclude (Iterable[str]): "kb" to keep the base that the component has.
        RETURNS (Self): Itself.
        """
        path = Path(path)
        cfg = srsly.read_json(path / "cfg")
        where = cfg.pop(FOLDER, None)
        self.cfg = cfg
        if where is not None and FOLDER not in exclude:
            folder = Path(os.path.normpath(path.absolute() / where))
            if (folder / META).is_file():
                self.take_base(folder)
            elif self.folder is None or not (self.folder / META).is_file():
                raise PipelineError(Errors.SC614.format(name=self.name, folder=folder))
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """RETURNS (bytes): The settings and the path of the base, which stays on disk."""
        folder = str(self.folder.absolute()) if self.folder else None
        return srsly.msgpack_dumps({**self.cfg, FOLDER: folder})

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """RETURNS (Self): Itself, with the settings and the base of `to_bytes`."""
        cfg = srsly.msgpack_loads(data)
        folder = cfg.pop(FOLDER)
        self.cfg = cfg
        self.take_base(Path(folder) if folder else None)
        return self
