"""`clinical_linker`: mentions to the concepts of a knowledge base."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from ...docs import get_mentions, set_links
from ...docs.entity_links import find_linked
from ...knowledge.knowledge_base import Candidate
from ..heads.pipeline_checks import require_mentions
from .knowledge_pipe import KnowledgePipe
from .mention_text import mention_texts

Links = list[tuple[str, float]]
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
        "overwrite": True,
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
    overwrite: bool,
    save_kb: bool,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "ClinicalLinker":
    """Make the component that links mentions.

    kb (Path | None): The knowledge base that `spacy clinical kb build` wrote. None if the pipeline
        brings it, or `initialize` gives it.
    spans_key (str): The span group that holds the mentions.
    k (int): Candidates to store for a mention.
    threshold (float): Score in 0..1 that a candidate needs; a mention without one links to nothing.
    labels (list[str] | None): Entity labels to link, None for all; mentions of others keep what
        they were linked to.
    types (dict[str, list[str]]): Entity label to the semantic types that its concepts may have;
        a label that isn't there may have all.
    resolve_abbreviations (bool): Look up what an abbreviation that the text defines stands for.
    overwrite (bool): Where another component has linked a mention, as `clinical_terms` does, and
        this one links it too, put this one's candidates in their place; false keeps the others'.
        What this one doesn't find stays linked in any case.
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
        "overwrite": overwrite,
        "save_kb": save_kb,
    }
    return ClinicalLinker(nlp.vocab, name, folder=kb, cfg=cfg, scorer=scorer)


class ClinicalLinker(KnowledgePipe):
    """Find each mention's concept by its name: the same, the same words, or alike in trigrams.

    The arguments are those of `make_clinical_linker`, but for:

    folder (Path | None): The knowledge base. It is opened at first use.
    cfg (dict): `spans_key`, `k`, `threshold`, `labels`, `types`, `resolve_abbreviations`,
        `save_kb`: saved.
    """

    def predict(self, docs: Sequence[Doc]) -> list[list[Links | None]]:
        """Find candidates. A document whose mentions another component wrote to `doc.ents` only
        gets them stored.

        docs (Sequence[Doc]): With mentions.
        RETURNS (list[list[Links]]): For each mention of each document (concept id, score) of its
            candidates, the best first; None where its label isn't to be linked.
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
                self._accept([next(found) for _ in mention_forms]) if self._links(label) else None
                for mention_forms, label in zip(doc_forms, doc_labels, strict=True)
            ]
            for doc_forms, doc_labels in zip(forms, labels, strict=True)
        ]

    def set_annotations(self, docs: Sequence[Doc], found: list[list[Links | None]]) -> None:
        """Write `kb_id_` and the candidates, see `overwrite`.

        docs (Sequence[Doc]): The documents.
        found (list[list[Links]]): As `predict` returns them.
        """
        for doc, rows in zip(docs, found, strict=True):
            overwrite, linked = self.cfg.get("overwrite", True), find_linked(doc, self.key)
            kept = [
                None if is_linked and not (row and overwrite) else row
                for row, is_linked in zip(rows, linked, strict=True)
            ]
            set_links(doc, kept, key=self.key)

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
