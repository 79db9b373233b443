"""`clinical_context`: assertions by the rules of ConText, without a trained model or beside one."""

from collections.abc import Mapping, Sequence

from spacy.language import Language
from spacy.tokens import Doc, Span

from ...context.assertion_rules import ContextFinder, Found
from ...context.cue_tables import UNTOLD, ContextRule, format_rules, load_rules, parse_rules
from ...context.dated_events import find_time
from ...context.role_cues import ROLES, without_others
from ...context.sentences import find_sentences
from ...doc_text import text_of
from ...docs import (
    ENTITY,
    KEY,
    Assertion,
    get_assertions,
    get_spans,
    install_extensions,
    role_of,
    set_assertions,
)
from ...docs.assertion_vocabulary import HISTORICAL, PRESENT
from ...docs.label_roles import FINDINGS
from ...docs.mention_additions import take_ents
from ...docs.section_spans import get_sections
from ...docs.sentence_starts import sentence_starts
from ...drug_changes.drug_states import State, find_states, settled
from ..component_order import OrderCheck
from .stopped_lists import spread
from .table_component import TablePipe

RANKING = ["hypothetical", "absent", "family", "possible", "historical"]


@Language.factory(
    "clinical_context",
    assigns=["doc.spans", "span._.assertion", "span._.assertion_cue"],
    default_config={
        "rules": ["en"],
        "spans_key": KEY,
        "attribute": "assertion",
        "default": "present",
        "ranking": RANKING,
        "labels": None,
        "overwrite": False,
        "min_score": 0.0,
    },
)
def make_clinical_context(
    nlp: Language,
    name: str,
    rules: list[str],
    spans_key: str,
    attribute: str,
    default: str,
    ranking: list[str],
    labels: list[str] | None,
    overwrite: bool,
    min_score: float,
) -> "ClinicalContext":
    """Make the component that asserts by rules.

    rules (list[str]): Packaged tables ("en", "de"...) and files, see `context.rules`.
    spans_key (str): The span group of the mentions; what `doc.ents` has beside them becomes one.
    attribute (str): What the assertion is called in the store.
    default (str): The value of mentions of which no rule says anything.
    ranking (list[str]): Of several categories that hold of a mention the first of these weighs
        most: it is `span._.assertion`, and stands first in the store.
    labels (list[str] | None): The entity labels to assert, None for all.
    overwrite (bool): Also assert mentions that have a value already, from a model or annotators.
    min_score (float): Without `overwrite`: assert those too whose score is lower, where a cue
        says something of them.
    """
    pipe = ClinicalContext(
        name,
        rules=rules,
        spans_key=spans_key,
        attribute=attribute,
        default=default,
        ranking=ranking,
        labels=labels,
        overwrite=overwrite,
        min_score=min_score,
    )
    pipe.order = OrderCheck(nlp)
    return pipe


class ClinicalContext(TablePipe[ContextRule, ContextFinder]):
    """Assert mentions by the words around them and the section they stand in.

    Takes the sentences of the document, or finds them where it has none; and the sections, where
    `clinical_sections` came before.

    See `make_clinical_context` for the settings.
    """

    def __init__(
        self,
        name: str = "clinical_context",
        *,
        rules: list[str],
        spans_key: str,
        attribute: str,
        default: str,
        ranking: list[str],
        labels: list[str] | None,
        overwrite: bool,
        min_score: float,
    ):
        self.key, self.attribute, self.default = spans_key, attribute, default
        self.ranking, self.only = list(ranking), None if labels is None else frozenset(labels)
        self.overwrite, self.min_score = overwrite, min_score
        self.order = OrderCheck()
        self._unsaid = [Assertion(attribute, default)]
        super().__init__(name, rules)
        install_extensions()

    load = staticmethod(load_rules)
    parse = staticmethod(parse_rules)
    format = staticmethod(format_rules)

    def add_rules(self, *names: str) -> None:
        """Add tables, whose rules for a phrase take the place of those that it has.

        names (str): Packaged tables or files. Raises ContextError, with file and line.
        """
        first = 1 + max((rule.table for rule in self.rules), default=-1)
        added = [rule._replace(table=rule.table + first) for rule in self.load(names)]
        self.rules = [*self.rules, *added]

    def build(self, rules: list[ContextRule]) -> ContextFinder:
        """RETURNS (ContextFinder): What applies the rules."""
        return ContextFinder(rules, self.ranking)

    @property
    def asserted(self) -> frozenset[str] | None:
        """RETURNS (frozenset[str] | None): The entity labels that it asserts, None for all."""
        return self.only

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The values that it can give."""
        said = {rule.category for rule in self._rules if rule.asserts}
        return tuple(sorted({self.default, *said} - UNTOLD))

    def __call__(self, doc: Doc) -> Doc:
        """Assert the mentions of a document.

        doc (Doc): The document.
        RETURNS (Doc): The same; `span._.assertion_cue` holds the words that told. A mention of
            which several things hold has several assertions of the one name.
        """
        self.order.tell()
        take_ents(doc, key=self.key, asserting=True)
        spans = get_spans(doc, self.key)
        chosen = [
            i for i, span in enumerate(spans) if self.only is None or span.label_ in self.only
        ]
        found = dict(zip(chosen, self.find(doc, [spans[i] for i in chosen]), strict=True))
        rows = get_assertions(doc, self.key)
        merged = [self._merge(row, found[i]) if i in found else row for i, row in enumerate(rows)]
        set_assertions(doc, merged, self.key, names={a.name for row in rows for a in row})
        return doc

    def find(self, doc: Doc, spans: Sequence[Span]) -> list[list[Found]]:
        """Tell what the rules say of spans, and store nothing.

        doc (Doc): The document.
        spans (Sequence[Span]): Any spans of it.
        RETURNS (list[list[Found]]): Values and cues of each, what weighs most first; an empty
            list where nothing is said.
        """
        text = text_of(doc)
        starts = sentence_starts(doc) or find_sentences(text)
        extents = [(span.start_char, span.end_char) for span in spans]
        roles = [role_of(ENTITY, span.label_) for span in spans]
        tests = {i for i, role in enumerate(roles) if role in ("test", "procedure")}
        found = self.finder.find(text, extents, starts, get_sections(doc), tests)
        order = sorted(range(len(spans)), key=extents.__getitem__)
        drugs = [i for i in order if roles[i] == "medication"]
        begins = [extents[i][0] for i in drugs]
        for i, said in enumerate(found):
            if said and roles[i] in ROLES:
                found[i] = without_others(text, said, roles[i], extents[i], begins)
            elif not said and roles[i] in ("condition", "procedure"):
                time = find_time(text, *extents[i], done=roles[i] == "procedure")
                found[i] = [Found(HISTORICAL, time)] if time else said
        if len(drugs) > 1:
            for k, one in spread(text, [(extents[i], found[i]) for i in drugs]):
                found[drugs[k]] = [one]
        if drugs:
            findings = [extents[i] for i, role in enumerate(roles) if role in FINDINGS]
            places = [extents[i] for i in drugs]
            self._settle(found, drugs, find_states(text, starts, places, extents, findings))
        return found

    def _settle(
        self, found: list[list[Found]], drugs: Sequence[int], states: Mapping[int, State]
    ) -> None:
        """Say of drugs how they stand by what became of them: nothing of those taken now."""
        for k, state in states.items():
            said = found[drugs[k]]
            if settled([one.value for one in said], state):
                now = state.value == PRESENT
                found[drugs[k]] = [] if now else [Found(state.value, state.cue)]

    def _merge(self, row: Sequence[Assertion], found: Sequence[Found]) -> list[Assertion]:
        if not (row or found):
            return self._unsaid
        others = [a for a in row if a.name != self.attribute]
        own = next((a for a in row if a.name == self.attribute), None)
        if own is not None and not self.overwrite:
            unsure = own.score is not None and own.score < self.min_score
            if not (unsure and found):
                return list(row)
        said = [Assertion(self.attribute, one.value, None, one.cue) for one in found]
        return [*others, *(said or self._unsaid)]
