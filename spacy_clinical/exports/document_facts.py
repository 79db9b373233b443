"""What a document states, as rows: the one form that all exports are made from."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from spacy.tokens import Doc

from ..context.sentences import find_sentences
from ..doc_text import text_of
from ..docs import (
    ENTITY,
    Assertion,
    Meanings,
    get_assertions,
    get_concepts,
    get_lost,
    get_mentions,
    get_name,
    get_relation_rows,
    get_spans,
    has_mentions,
    language_of,
    meanings_of,
    name_doc,
    role_of,
)
from ..docs.assertion_vocabulary import HISTORICAL, PRESENT
from ..docs.label_roles import FINDINGS
from ..docs.mention_additions import take_ents
from ..docs.section_spans import find_section, get_sections
from ..docs.sentence_starts import sentence_starts
from ..drug_changes.drug_states import State, find_states
from .export_settings import ExportSettings
from .report_findings import ReportFact, read_conclusion, read_report
from .told_results import Told, ToldResults, told_results

NOT_TAKEN = "mentions that aren't asserted"
CUT = "mentions whose borders fall inside a word"
NO_FINDING = "findings that aren't asserted"
_VALUES = ("value", "strength", "dosage")
NOT_KNOWN = "mentions with an assertion that nobody knows"


@dataclass(frozen=True)
class Fact:
    """A mention.

    index (int): Its position among the document's mentions.
    label (str): The entity label.
    text (str): The words.
    fragments (tuple): (start, end) in characters, several if it is discontinuous.
    score (float | None): Confidence in 0..1.
    concepts (tuple[str, ...]): What it is linked to.
    said (Meanings): What holds of it.
    attributes (tuple[Assertion, ...]): The same in the words that were stored, and what else is
        said of it.
    section (str): Category of the section that it stands in, "" if there is none.
    section_start (int): Where that section begins.
    language (str): Of the document, "" if it isn't known.
    result (Told | None): What the words beside a test say that it came to.
    did_harm (bool): Whether only harm that a drug did tells that it was taken: "rash with A".
    """

    index: int
    label: str
    text: str
    fragments: tuple[tuple[int, int], ...]
    score: float | None = None
    concepts: tuple[str, ...] = ()
    said: Meanings = Meanings()  # noqa: RUF009
    attributes: tuple[Assertion, ...] = ()
    section: str = ""
    section_start: int = 0
    language: str = ""
    result: Told | None = None
    did_harm: bool = False

    @property
    def role(self) -> str:
        """RETURNS (str): What the label stands for, "" if that isn't known."""
        return role_of(ENTITY, self.label)

    @property
    def assertion(self) -> str:
        """RETURNS (str): What weighs most of what holds of it, "" if nothing is said."""
        return self.said.main

    @property
    def assertion_score(self) -> float | None:
        """RETURNS (float | None): Confidence in that, in 0..1."""
        told = (a.score for a in self.attributes if self.assertion in meanings_of([a]).values)
        return next(told, None)

    @property
    def is_said_by_heading(self) -> bool:
        """RETURNS (bool): Whether all that is said is said by the heading of its section."""
        cues = [a.cue for a in self.attributes if a.value in self.said.values]
        by_heading = [cue is not None and cue[0] == self.section_start for cue in cues]
        return bool(self.section and cues) and all(by_heading)

    @property
    def start(self) -> int:
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        return self.fragments[-1][1]


@dataclass(frozen=True)
class Facts:
    """A document.

    id (str): Its name.
    text (str): The text.
    meta (dict): What else is known of it.
    mentions (list[Fact]): The mentions.
    relations (list): Head, tail, label, score; head and tail as `Fact.index`.
    left_out (Counter[str]): Mentions and findings that aren't taken, and what isn't known of
        others, by reason.
    findings (tuple[ReportFact, ...]): Of a radiology report, none where nobody looked for them.
    conclusion (str): Its impression.
    language (str): Its language's code, "" if it isn't known.
    """

    id: str
    text: str
    meta: dict[str, Any] = field(default_factory=dict)
    mentions: list[Fact] = field(default_factory=list)
    relations: list[tuple[int, int, str, float | None]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    findings: tuple[ReportFact, ...] = ()
    conclusion: str = ""
    language: str = ""

    def without(self, gone: Collection[int], why: str, number: int) -> "Facts":
        """Leave mentions out.

        gone (Collection[int]): Their `Fact.index`.
        why (str): The reason.
        number (int): How many are counted as left out for it.
        RETURNS (Facts): Without them and their relations.
        """
        return replace(
            self,
            mentions=[fact for fact in self.mentions if fact.index not in gone],
            relations=[one for one in self.relations if one[0] not in gone and one[1] not in gone],
            left_out=self.left_out + Counter({why: number}),
        )


def read_facts(doc: Doc, settings: ExportSettings) -> Facts:
    """Read a document.

    doc (Doc): The document, gold or predicted; entities of its `doc.ents` are
        mentions, see `take_ents`.
    settings (ExportSettings): Says whether all mentions are taken, or only what is asserted.
    RETURNS (Facts): With relations between the mentions that are taken.
    """
    is_named = has_mentions(doc)
    take_ents(doc)
    if not is_named:
        name_doc(doc, "")
    left_out = +Counter({CUT: len(get_lost(doc).mentions)})
    id, meta = get_name(doc)
    language = language_of(meta, settings.language, doc.lang_)
    told = _with_states(doc, list(_mentions(doc, language)))
    told = _with_results(doc, told, told_results(settings.mappings))
    mentions = [fact for fact in told if _is_taken(fact, settings, left_out)]
    taken = {fact.index for fact in mentions}
    relations = [row for row in get_relation_rows(doc) if {row[0], row[1]} <= taken]
    reported = read_report(doc, left_out, language)
    findings = tuple(one for one in reported if one.is_asserted or not settings.only_asserted)
    if len(findings) < len(reported):
        left_out[NO_FINDING] += len(reported) - len(findings)
    conclusion = read_conclusion(doc) if findings else ""
    return Facts(
        id, text_of(doc), meta, mentions, relations, left_out, findings, conclusion, language
    )


def read_all(
    docs: Iterable[Doc], settings: ExportSettings, left_out: Counter[str]
) -> Iterator[Facts]:
    """Read documents.

    docs (Iterable[Doc]): The documents.
    settings (ExportSettings): See `read_facts`.
    left_out (Counter[str]): Counts the mentions that aren't taken.
    YIELDS (Facts): One a document.
    """
    for doc in docs:
        facts = read_facts(doc, settings)
        left_out.update(facts.left_out)
        yield facts


def _is_taken(fact: Fact, settings: ExportSettings, left_out: Counter[str]) -> bool:
    """A mention isn't taken whose assertion nobody knows: it might be denied."""
    if fact.said.unknown:
        left_out.update(f"{NOT_KNOWN}: {word}" for word in fact.said.unknown)
    elif settings.only_asserted and not fact.said.is_asserted:
        left_out[NOT_TAKEN] += 1
    else:
        return True
    return False


def _mentions(doc: Doc, language: str) -> Iterator[Fact]:
    text, spans = text_of(doc), get_spans(doc)
    scores = doc.spans["clinical"].attrs.get("scores") or [None] * len(spans)
    sections = get_sections(doc)
    rows = zip(spans, get_mentions(doc), scores, get_assertions(doc), strict=True)
    for index, (span, mention, score, stated) in enumerate(rows):
        section = find_section(sections, span.start_char)
        yield Fact(
            index,
            mention.label,
            " ".join(text[start:end] for start, end in mention.fragments),
            mention.fragments,
            score,
            get_concepts(span),
            meanings_of(stated),
            tuple(stated),
            section.category if section else "",
            section.start if section else 0,
            language,
        )


def _with_states(doc: Doc, facts: list[Fact]) -> list[Fact]:
    """Drugs that are said to be taken, or of which nothing is said, with what the words beside them
    tell instead, whoever annotated them: "was on A"."""
    drugs = sorted((f for f in facts if f.role == "medication"), key=lambda f: (f.start, f.end))
    if not any(fact.said.values in ((), (PRESENT,), (HISTORICAL,)) for fact in drugs):
        return facts
    text = text_of(doc)
    starts = sentence_starts(doc) or find_sentences(text)
    places = [(f.start, f.end) for f in drugs]
    findings = [x for f in facts if f.role in FINDINGS for x in f.fragments]
    found = find_states(text, starts, places, [x for f in facts for x in f.fragments], findings)
    told = {drugs[k].index: state for k, state in found.items() if _holds_of(state, drugs[k])}
    return [_told(fact, told[fact.index]) if fact.index in told else fact for fact in facts]


def _holds_of(state: State, drug: Fact) -> bool:
    """Whether what words tell takes the place of what is said of a drug: that it is taken, or is
    past by the heading alone; or is what was said by these words."""
    if _is_taken_now(drug):
        return state.value != PRESENT and PRESENT in state.over
    if drug.said.unknown or drug.said.values != (state.value,) or state.value != HISTORICAL:
        return False
    return drug.is_said_by_heading or any(a.cue == state.cue for a in drug.attributes)


def _is_taken_now(fact: Fact) -> bool:
    return not fact.said.unknown and set(fact.said.values) <= {PRESENT}


def _told(fact: Fact, state: State) -> Fact:
    stated = Assertion("assertion", state.value, None, state.cue)
    kept = [a for a in fact.attributes if PRESENT not in meanings_of([a]).values]
    kept = [a for a in kept if state.value not in meanings_of([a]).values]
    said = Meanings((state.value,))
    return replace(fact, attributes=(*kept, stated), said=said, did_harm=state.harm)


def _with_results(doc: Doc, facts: list[Fact], results: ToldResults) -> list[Fact]:
    """Tests with what words beside them say that they came to, which denies none of them: a test
    that was negative was done."""
    tests = [fact for fact in facts if fact.role == "test"]
    others = [(f.start, f.end) for f in facts if f.role not in ("test", *_VALUES)]
    found = results.find(text_of(doc), [(f.start, f.end) for f in tests], others) if tests else {}
    if not found:
        return facts
    places = sorted({told.place for told in found.values()})
    told = {tests[k].index: told for k, told in found.items()}
    return [
        _done(fact, told.get(fact.index), places) if fact.role == "test" else fact for fact in facts
    ]


def _done(test: Fact, told: Told | None, places: list[tuple[int, int]]) -> Fact:
    """A test without what a result's words, read as a cue, say of it; with its result, unless it
    is doubted or somebody else's."""
    kept = [a for a in test.attributes if not (a.cue and _holds(places, a.cue))]
    if len(kept) < len(test.attributes):
        kept = kept or [Assertion("assertion", PRESENT)]
        test = replace(test, attributes=tuple(kept), said=meanings_of(kept))
    return replace(test, result=told) if told and test.said.is_asserted else test


def _holds(places: list[tuple[int, int]], cue: tuple[int, int]) -> bool:
    k = bisect_left(places, cue)
    near = places[max(0, k - 1) : k + 1]
    return any(start < cue[1] and cue[0] < end for start, end in near)
