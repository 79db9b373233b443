"""`clinical_terms`: mentions by terminology, without a trained model or beside one."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy
import srsly
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from ...docs import KEY, get_spans, set_links
from ...docs.entity_links import Links, find_linked
from ...docs.longest_spans import keep_longest
from ...docs.mention_additions import add_mentions, fill_ents, take_ents
from ...errors import ContextError, Errors
from ...files import new_file
from ..component_order import OrderCheck
from ..linking.knowledge_pipe import KnowledgePipe
from ..rules.table_component import is_missing
from .concept_contexts import Contexts, ContextSums, find_contexts
from .term_choice import Chosen, choose, is_clear
from .term_finder import Term, TermFinder
from .term_rules import TermRule, TermRules, format_term_rules, load_term_rules, parse_term_rules
from .term_settings import LONGEST, UNION, check_term_settings, tell_unknown_labels

TABLE, CONTEXTS = "rules.tsv", "contexts"


@Language.factory(
    "clinical_terms",
    assigns=["doc.spans", "doc.ents", "span._.kb_ents", "span._.score"],
    default_config={
        "kb": None,
        "spans_key": KEY,
        "rules": ["en", "words_en"],
        "label": "CONCEPT",
        "labels": None,
        "matches": LONGEST,
        "beside": UNION,
        "threshold": 0.85,
        "k": 10,
        "longest": 10,
        "save_kb": False,
        "scorer": {"@scorers": "spacy-clinical.ner_scorer.v1"},
    },
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0},
)
def make_clinical_terms(
    nlp: Language,
    name: str,
    kb: Path | None,
    spans_key: str,
    rules: list[str],
    label: str | None,
    labels: list[str] | None,
    matches: str,
    beside: str,
    threshold: float,
    k: int,
    longest: int,
    save_kb: bool,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "ClinicalTerms":
    """Make the component that finds mentions by the names of a terminology.

    kb (Path | None): The knowledge base that `spacy clinical kb build` wrote. None if the pipeline
        brings it, or `initialize` gives it.
    spans_key (str): The span group that takes the mentions.
    rules (list[str]): Packaged tables ("en", "words_en") and files, see `term_rules`; later ones
        hold over earlier ones.
    label (str | None): Entity label of concepts whose semantic types have none in the tables; None
        leaves such concepts out.
    labels (list[str] | None): Entity labels to find, None for all.
    matches (str): "longest" for the longest terms from left to right; "all" for those inside of and
        across them too, in the span group; `doc.ents` has the longest.
    beside (str): Where another component has found mentions: "union" adds terms but those that have
        a mention's borders and label, "fill" only terms that share no token with a mention.
    threshold (float): Score in 0..1 that a term needs.
    k (int): Concepts to store for a mention.
    longest (int): Words of a term, at most, empty ones such as "of" aside.
    save_kb (bool): Save the knowledge base inside the pipeline. If not, the saved pipeline
        remembers where it is, as a path relative to itself.
    scorer (Callable | None): The scoring method.
    """
    cfg = {
        "spans_key": spans_key,
        "label": label,
        "labels": labels,
        "matches": matches,
        "beside": beside,
        "threshold": threshold,
        "k": k,
        "longest": longest,
        "save_kb": save_kb,
    }
    pipe = ClinicalTerms(nlp.vocab, name, folder=kb, tables=rules, cfg=cfg, scorer=scorer)
    pipe.order = OrderCheck(nlp)
    return pipe


class ClinicalTerms(KnowledgePipe):
    """Find the names of a terminology: the same words in any order, number and spelling.

    The arguments are those of `make_clinical_terms`, but for:

    folder (Path | None): The knowledge base. It is opened at first use.
    tables (Sequence[str]): Packaged tables and files.
    cfg (dict): The other settings: saved.
    """

    adds_mentions = True

    def __init__(
        self,
        vocab: Vocab,
        name: str = "clinical_terms",
        *,
        folder: Path | None,
        tables: Sequence[str],
        cfg: dict[str, Any],
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        super().__init__(vocab, name, folder=folder, cfg=cfg, scorer=scorer)
        check_term_settings(name, cfg)
        self._tables = list(tables)
        self._rules: list[TermRule] | None = None
        self._finder: TermFinder | None = None
        self.order = OrderCheck()
        self.contexts: Contexts | None = None
        if not any(map(is_missing, self._tables)):
            self.rules = load_term_rules(self._tables)

    @property
    def rules(self) -> list[TermRule]:
        """RETURNS (list[TermRule]): The lines of the tables. Raises ContextError where a file is
        missing."""
        if self._rules is None:
            self._rules = load_term_rules(self._tables)
        return self._rules

    @rules.setter
    def rules(self, rules: list[TermRule]) -> None:
        self._rules, self._finder = list(rules), None

    def add_rules(self, *names: str) -> None:
        """Add tables; their lines hold over earlier ones.

        names (str): Packaged tables or files. Raises ContextError, with file and line.
        """
        self.rules = [*self.rules, *load_term_rules(names)]

    @property
    def finder(self) -> TermFinder:
        """RETURNS (TermFinder): Finds the terms."""
        if self._finder is None:
            rules, cfg = TermRules(self.rules), self.cfg
            tell_unknown_labels(self.name, cfg, rules.labels.values())
            self._finder = TermFinder(self.kb, rules, cfg["label"], cfg["longest"])
        return self._finder

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The labels that it can give."""
        if self._rules is None:
            return ()  # a file is missing: the rules are still to be loaded
        given = {rule.key: rule.value for rule in self._rules if rule.kind == "label"}
        known = {*given.values(), self.cfg["label"]} - {None, "-"}
        only = self.cfg["labels"]
        return tuple(sorted(label for label in known if only is None or label in only))

    def take_base(self, folder: Path | None) -> None:
        """Take another base, opened at its first use."""
        super().take_base(folder)
        self._finder = None

    def open_base(self) -> None:
        """Open the base, and its index of terms."""
        assert self.kb.terms is not None

    def predict(self, docs: Sequence[Doc]) -> list[list[Term]]:
        """Find the terms of documents.

        docs (Sequence[Doc]): The documents.
        RETURNS (list[list[Term]]): The terms of each, those that overlap too.
        """
        return list(self.finder.find(docs))

    def set_annotations(self, docs: Sequence[Doc], found: list[list[Term]]) -> None:
        """Write mentions with their concepts.

        docs (Sequence[Doc]): The documents.
        found (list[list[Term]]): As `predict` returns them.
        """
        self.order.tell()
        for doc, terms in zip(docs, found, strict=True):
            self._store(doc, self._choose(doc, terms))

    def teach(self, docs: Sequence[Doc], sums: ContextSums) -> None:
        """Add the contexts of terms that can mean but one concept; nothing is written to the
        documents.

        docs (Sequence[Doc]): The documents, with the encoder's vectors where there is an encoder.
        sums (ContextSums): Takes them.
        """
        for doc, terms in zip(docs, self.predict(docs), strict=True):
            sure = keep_longest(
                chosen
                for chosen in choose(
                    doc, [term for term in terms if is_clear(term)], self.finder.rules
                )
                if len(chosen.sense.links) == 1 and chosen.sense.score >= self.cfg["threshold"]
            )
            places = [(term.start, term.end) for term in sure]
            contexts = find_contexts(doc, places) if places else ()
            for term, context in zip(sure, contexts, strict=True):
                sums.add(term.sense.links[0][0], context)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Save settings and tables, and the knowledge base or the way to it."""
        super().to_disk(path, exclude=exclude)
        with new_file(Path(path) / TABLE) as file:
            file.write(format_term_rules(self.rules).encode())
        shutil.rmtree(Path(path) / CONTEXTS, ignore_errors=True)  # of what was saved here before
        if self.contexts is not None:
            self.contexts.to_disk(Path(path) / CONTEXTS)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:
        """Load settings and tables, and find the knowledge base again. RETURNS (Self): Itself."""
        super().from_disk(path, exclude=exclude)
        file = Path(path) / TABLE
        if not file.is_file():
            raise ContextError(Errors.SC320.format(path=file))
        self.rules = parse_term_rules(file.read_text(encoding="utf-8"), str(file))
        learned = Path(path) / CONTEXTS
        self.contexts = Contexts.from_disk(learned) if learned.is_dir() else None
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """RETURNS (bytes): The settings, the tables, and the path of the base."""
        contexts = None if self.contexts is None else [array.tolist() for array in self.contexts]
        rules = format_term_rules(self.rules)
        return srsly.msgpack_dumps({"cfg": super().to_bytes(), "rules": rules, CONTEXTS: contexts})

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """RETURNS (Self): Itself, with what `to_bytes` gave."""
        parts = srsly.msgpack_loads(data)
        super().from_bytes(parts["cfg"])
        self.rules = parse_term_rules(parts["rules"], self.name)
        kinds = ("S", "float16", "float32", "float32")
        self.contexts = parts[CONTEXTS] and Contexts(*map(numpy.array, parts[CONTEXTS], kinds))
        return self

    def _choose(self, doc: Doc, terms: Sequence[Term]) -> list[Chosen]:
        """The terms to store: what they mean here, of the wanted labels, sure enough."""
        only, threshold = self.cfg["labels"], self.cfg["threshold"]
        chosen = [
            term
            for term in choose(doc, terms, self.finder.rules, self.contexts)
            if term.sense.score >= threshold and (only is None or term.sense.label in only)
        ]
        return keep_longest(chosen) if self.cfg["matches"] == LONGEST else chosen

    def _store(self, doc: Doc, chosen: Sequence[Chosen]) -> None:
        """Add terms to a document's mentions, and those there to `doc.ents` where nothing is."""
        take_ents(doc, key=self.key)
        before = get_spans(doc, self.key)
        new = self._link(doc, chosen, before) if before else chosen
        spans = [
            Span(doc, t.start, t.end, label=t.sense.label, kb_id=t.sense.links[0][0]) for t in new
        ]
        scores = [term.sense.score for term in new]
        add_mentions(doc, spans, scores, [self._links(term) for term in new], key=self.key)
        wanted = {(t.start, t.end, t.sense.label) for t in chosen}
        said = [s for s in get_spans(doc, self.key) if (s.start, s.end, s.label_) in wanted]
        fill_ents(doc, said)

    def _link(self, doc: Doc, chosen: Sequence[Chosen], before: Sequence[Span]) -> Sequence[Chosen]:
        """Link mentions that terms agree with and nobody linked. RETURNS: The terms to add."""
        linked = find_linked(doc, self.key)
        links: list[Links | None] = [None] * len(before)
        known = {(span.start, span.end, span.label_): i for i, span in enumerate(before)}
        taken = {i for span in before for i in range(span.start, span.end)}
        new = []
        for term in chosen:
            place = known.get((term.start, term.end, term.sense.label))
            if place is not None:
                if not linked[place]:
                    links[place] = self._links(term)
            elif self.cfg["beside"] == UNION or taken.isdisjoint(range(term.start, term.end)):
                new.append(term)
        set_links(doc, links, key=self.key)
        return new

    def _links(self, term: Chosen) -> Links:
        return term.sense.links[: self.cfg["k"]]
