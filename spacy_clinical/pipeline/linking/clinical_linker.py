"""`clinical_linker`: mentions to the concepts of a knowledge base."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import minibatch
from spacy.vocab import Vocab

from ...docs import get_mentions, install_extensions, set_links
from ...errors import Errors, PipelineError
from ...knowledge.knowledge_base import Candidate, KnowledgeBase
from ..heads.pipeline_checks import require_mentions
from .mention_text import mention_texts

Links = list[tuple[str, float]]
Reranker = Callable[[Doc, Sequence[Any], list[list[Candidate]]], list[list[Candidate]]]
FOLDER = "kb"
SHORT_FORM = 0.9  # of its score an abbreviation's own candidate has, beside those of the long form


@Language.factory(
    "clinical_linker",
    assigns=["doc.spans", "doc.ents", "span._.kb_ents"],
    requires=["doc.ents"],
    default_config={
        "kb": None,
        "spans_key": "clinical",
        "k": 10,
        "threshold": 0.75,
        "labels": None,
        "types": {},
        "resolve_abbreviations": True,
        "save_kb": False,
        "scorer": {"@scorers": "spacy-clinical.link_scorer.v1"},
    },
    default_score_weights={"links_f": 1.0, "links_p": 0.0, "links_r": 0.0},
)
def make_clinical_linker(
    nlp: Language,
    name: str,
    kb: Path | None,
    spans_key: str,
    k: int,
    threshold: float,
    labels: list[str] | None,
    types: dict[str, list[str]],
    resolve_abbreviations: bool,
    save_kb: bool,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "ClinicalLinker":
    """Make the component that links mentions.

    kb (Path | None): The knowledge base that `spacy clinical kb build` wrote. None if the pipeline
        brings it, or `initialize` gives it.
    spans_key (str): The span group that holds the mentions.
    k (int): Candidates to store for a mention.
    threshold (float): Score in 0..1 that a candidate needs; a mention without one links to nothing.
    labels (list[str] | None): Entity labels to link, None for all.
    types (dict[str, list[str]]): Entity label to the semantic types that its concepts may have;
        a label that isn't there may have all.
    resolve_abbreviations (bool): Look up what an abbreviation that the text defines stands for.
    save_kb (bool): Save the knowledge base inside the pipeline. If not, the saved pipeline
        remembers where it is, as a path relative to itself.
    scorer (Callable | None): The scoring method.
    """
    cfg = {
        "spans_key": spans_key,
        "k": k,
        "threshold": threshold,
        "labels": labels,
        "types": types,
        "resolve_abbreviations": resolve_abbreviations,
        "save_kb": save_kb,
    }
    return ClinicalLinker(nlp.vocab, name, folder=kb, cfg=cfg, scorer=scorer)


class ClinicalLinker(Pipe):
    """Find each mention's concept by its name: the same, the same words, or alike in trigrams.

    The arguments are those of `make_clinical_linker`, but for:

    folder (Path | None): The knowledge base. It is opened at first use.
    cfg (dict): `spans_key`, `k`, `threshold`, `labels`, `types`, `resolve_abbreviations`,
        `save_kb`: saved.
    """

    def __init__(
        self,
        vocab: Vocab,
        name: str = "clinical_linker",
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

    def __call__(self, doc: Doc) -> Doc:
        """Link a document's mentions.

        doc (Doc): With mentions.
        RETURNS (Doc): The same, with `kb_id_` and `span._.kb_ents`.
        """
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Link a stream of documents; a name that many mention is looked up once a batch.

        stream (Iterable[Doc]): With mentions.
        batch_size (int): Documents to look up together.
        YIELDS (Doc): The same, in order.
        """
        handle = self.get_error_handler()
        for docs in minibatch(stream, size=batch_size):
            try:
                self.set_annotations(docs, self.predict(docs))
            except Exception as error:
                handle(self.name, self, docs, error)
            yield from docs

    def predict(self, docs: Sequence[Doc]) -> list[list[Links]]:
        """Find candidates. A document whose mentions another component wrote to `doc.ents` only
        gets them stored.

        docs (Sequence[Doc]): With mentions.
        RETURNS (list[list[Links]]): For each mention of each document (concept id, score) of its
            candidates, the best first.
        """
        for doc in docs:
            require_mentions(doc, self.name, self.key)
        resolve = self.cfg["resolve_abbreviations"]
        forms = [mention_texts(doc, self.key, resolve=resolve) for doc in docs]
        labels = [[mention.label for mention in get_mentions(doc, self.key)] for doc in docs]
        wanted = [
            (form, label)
            for doc_forms, doc_labels in zip(forms, labels, strict=True)
            for mention_forms, label in zip(doc_forms, doc_labels, strict=True)
            for form in mention_forms
            if self._links(label)
        ]
        types = [self.cfg["types"].get(label, ()) for _, label in wanted]
        found = iter(self.kb.search([form for form, _ in wanted], k=self.cfg["k"], types=types))
        return [
            [
                self._accept([next(found) for _ in mention_forms]) if self._links(label) else []
                for mention_forms, label in zip(doc_forms, doc_labels, strict=True)
            ]
            for doc_forms, doc_labels in zip(forms, labels, strict=True)
        ]

    def set_annotations(self, docs: Sequence[Doc], links: list[list[Links]]) -> None:
        """Write `kb_id_` and the candidates.

        docs (Sequence[Doc]): The documents.
        links (list[list[Links]]): As `predict` returns them.
        """
        for doc, rows in zip(docs, links, strict=True):
            set_links(doc, rows, key=self.key)

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Score links. RETURNS (dict[str, Any]): What the scorer gives."""
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
            self.folder, self._kb = Path(kb), None
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
                shutil.rmtree(inside, ignore_errors=True)
                shutil.copytree(self.kb.folder, inside)
            where: str | None = FOLDER
        else:
            where = os.path.relpath(self.folder, path) if self.folder else None
        srsly.write_json(path / "cfg", {**self.cfg, FOLDER: where})

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "ClinicalLinker":
        """Load settings, and find the knowledge base again.

        path (str | Path): A folder that `to_disk` wrote. Raises PipelineError if the base is
            neither where it was, seen from here, nor where the config says.
        exclude (Iterable[str]): "kb" to keep the base that the component has.
        RETURNS (ClinicalLinker): Itself.
        """
        path = Path(path)
        cfg = srsly.read_json(path / "cfg")
        where = cfg.pop(FOLDER, None)
        self.cfg = cfg
        if where is not None and FOLDER not in exclude:
            folder = Path(os.path.normpath(path.absolute() / where))
            if folder.is_dir():
                self.folder, self._kb = folder, None
            elif self.folder is None or not self.folder.is_dir():
                raise PipelineError(Errors.SC614.format(name=self.name, folder=folder))
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """RETURNS (bytes): The settings and the path of the base, which stays on disk."""
        folder = str(self.folder.absolute()) if self.folder else None
        return srsly.msgpack_dumps({**self.cfg, FOLDER: folder})

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "ClinicalLinker":
        """RETURNS (ClinicalLinker): Itself, with the settings and the base of `to_bytes`."""
        cfg = srsly.msgpack_loads(data)
        folder = cfg.pop(FOLDER)
        self.cfg, self.folder, self._kb = cfg, Path(folder) if folder else None, None
        return self

    def _links(self, label: str) -> bool:
        return self.cfg["labels"] is None or label in self.cfg["labels"]

    def _accept(self, found: list[list[Candidate]]) -> Links:
        """The best candidates of what a mention says; those of the bare short form count less."""
        scores: dict[str, float] = {}
        for form, candidates in enumerate(found):
            for concept, score, _ in candidates:
                value = score * SHORT_FORM if form else score
                scores[concept] = max(value, scores.get(concept, 0.0))
        best = sorted(scores.items(), key=lambda row: -row[1])[: self.cfg["k"]]
        return [(concept, score) for concept, score in best if score >= self.cfg["threshold"]]
