"""Questions over a patient's notes: structure first, reading second, silence third."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from spacy.language import Language

from ..errors import AskError, Errors
from ..graph import ROLES, KnowledgeGraph, Lookup, Roles, read_graph
from ..graph.patient_chart import PatientChart, charts
from ..installed import as_pipeline
from ..knowledge.knowledge_base import KnowledgeBase
from ..tsv import read_rows
from . import (
    drug_answers,
    event_answers,
    problem_answers,
    result_answers,
    smoking_and_alcohol,
)
from .answer import ANSWERED, NOT_IN_NOTES, NOT_UNDERSTOOD, VERDICTS, Answer, Row
from .asked_chart import Asked
from .concept_names import names_of
from .note_reading import NoteReader
from .note_texts import NoteTexts
from .query import Query
from .question_understanding import Vectors, read_question
from .question_words import DATA, language_of
from .reading_rows import rows_of_reading
from .verdicts import beyond, rows_of

READING = "reading"  # the kind of what no table of questions tells
_OF_RELATIVES = ("family", "family_has")
KINDS: dict[str, Callable[[Asked], list[Row]]] = {
    "allergic": drug_answers.allergic,
    "allergies": drug_answers.allergies,
    "dose": drug_answers.dose,
    "dose_history": drug_answers.dose_history,
    "drugs_of_class": drug_answers.drugs_of_class,
    "effects": drug_answers.effects,
    "medications": drug_answers.medications,
    "planned_drugs": drug_answers.planned_drugs,
    "started_drugs": drug_answers.started_drugs,
    "stopped_drugs": drug_answers.stopped_drugs,
    "taking": drug_answers.taking,
    "treated_with": drug_answers.treated_with,
    "when_started": drug_answers.when_started,
    "when_stopped": drug_answers.when_stopped,
    "why_stopped": drug_answers.why_stopped,
    "why_taking": drug_answers.why_taking,
    "family": problem_answers.family,
    "family_has": problem_answers.family_has,
    "has_problem": problem_answers.has_problem,
    "is_ruled_out": problem_answers.is_ruled_out,
    "past_problems": problem_answers.past_problems,
    "problems_of_class": problem_answers.problems_of_class,
    "problems": problem_answers.problems,
    "resolved": problem_answers.resolved,
    "ruled_out": problem_answers.ruled_out,
    "since": problem_answers.since,
    "suspected": problem_answers.suspected,
    "all_results": result_answers.all_results,
    "had_test": result_answers.had_test,
    "highest": result_answers.highest,
    "lowest": result_answers.lowest,
    "result": result_answers.result,
    "trend": result_answers.trend,
    "when_measured": result_answers.when_measured,
    "changes": event_answers.changes,
    "first_mention": event_answers.first_mention,
    "had_procedure": event_answers.had_procedure,
    "last_mention": event_answers.last_mention,
    "planned_procedures": event_answers.planned_procedures,
    "procedure_date": event_answers.procedure_date,
    "procedures": event_answers.procedures,
    "said_ever": event_answers.said_ever,
    "alcohol": smoking_and_alcohol.alcohol,
    "smoking": smoking_and_alcohol.smoking,
}


def ask(
    graph: KnowledgeGraph | str | Path,
    question: str,
    *,
    patient: str = "",
    notes: Mapping[str, str] | None = None,
    kb: KnowledgeBase | str | Path | None = None,
    as_of: date | None = None,
    reader: Language | str | Path | None = None,
) -> Answer:
    """Ask a patient's notes one question. For several, `Asker` reads the graph once.

    graph (KnowledgeGraph | str | Path): The graph, or its file.
    question (str): English or Chinese.
    patient (str): Whose notes; may be left out where there is but one.
    notes (Mapping[str, str] | None): Document to its text, for quotes.
    kb (KnowledgeBase | str | Path | None): Names, and what is a kind of what.
    as_of (date | None): The day of the question; that of the newest note if None.
    reader (Language | str | Path | None): A pipeline with `clinical_qa`, its package or folder, for
        what the graph doesn't answer; it needs the notes.
    RETURNS (Answer): Rows with quotes, or why there is none. Raises AskError for a patient that the
        graph doesn't have.
    """
    base = KnowledgeBase(kb) if isinstance(kb, str | Path) else kb
    reads = None if reader is None else NoteReader(as_pipeline(reader))
    return Asker(graph, notes, kb=base, reader=reads)(question, patient, as_of=as_of)


class Asker:
    """A graph that questions are asked of.

    graph (KnowledgeGraph | str | Path): The graph, or its file.
    texts (Mapping[str, str] | None): Document to its text, for quotes; without them answers cite
        documents and characters alone, and smoking and alcohol can't be told.
    kb (KnowledgeBase | None): Names, and what is a kind of what.
    vectors (Vectors | None): Sentence vectors, for questions that no words tell.
    roles (Roles): What labels stand for.
    table (Path | None): A table of questions of your own, see `data/questions_en.tsv`.
    reader (NoteReader | None): Reads the notes where a question isn't understood, or the graph has
        no answer.
    """

    def __init__(
        self,
        graph: KnowledgeGraph | str | Path,
        texts: Mapping[str, str] | None = None,
        *,
        kb: KnowledgeBase | None = None,
        vectors: Vectors | None = None,
        roles: Roles = ROLES,
        table: Path | None = None,
        reader: NoteReader | None = None,
    ):
        read = graph if isinstance(graph, KnowledgeGraph) else read_graph(Path(graph))
        self.lookup = Lookup(read, roles)
        self.texts = NoteTexts(texts or {}, self.lookup)
        self.kb = kb
        self.vectors = vectors
        self.table = table
        self.reader = reader
        self.names = names_of(read, roles=roles, kb=kb)
        self._charts = {chart.patient: chart for chart in charts(self.lookup)}
        self._wider: dict[str, frozenset[str]] = {}

    def __call__(self, question: str, patient: str = "", *, as_of: date | None = None) -> Answer:
        """Answer a question.

        question (str): English or Chinese.
        patient (str): Whose notes; may be left out where there is but one.
        as_of (date | None): The day of the question; that of the newest note if None.
        RETURNS (Answer): The answer, or why there is none. Raises AskError for a patient that the
            graph doesn't have.
        """
        language = language_of(question)
        chart = self.chart(patient)
        if chart is None:
            words = _template(language, "which patient").format(n=len(self._charts))
            return Answer(question, patient, text=words, why=words)
        chart = chart.until(as_of)
        day = as_of or (chart.last_day.last if chart.last_day else None)
        reading = read_question(
            question, self.names, as_of=day, vectors=self.vectors, table=self.table
        )
        if reading.query is None:
            unknown = _not_understood(question, chart.patient, language, reading.nearest)
            return self._or_read(unknown, chart)
        query = self._level(reading.query)
        asked = Asked(chart, query, self.texts, day, self.wider)
        rows = rows_of(asked, KINDS[query.kind]) if query.kind in KINDS else []
        unsaid = beyond(query, rows)
        answer = _partly(question, asked, unsaid) if unsaid else _answer(question, asked, rows)
        return self._or_read(answer, chart)

    def chart(self, patient: str) -> PatientChart | None:
        """RETURNS (PatientChart | None): A patient's chart, None if it isn't said whose. Raises
        AskError for a patient that the graph doesn't have."""
        if not patient and len(self._charts) == 1:
            return next(iter(self._charts.values()))
        if not patient:
            return None
        if patient not in self._charts:
            raise AskError(Errors.SC961.format(patient=patient, n=len(self._charts)))
        return self._charts[patient]

    def wider(self, concept: str) -> frozenset[str]:
        """RETURNS (frozenset[str]): A concept and all that the base knows as kinds of it."""
        if concept not in self._wider:
            found = {concept}
            number = self.kb.find(concept) if self.kb is not None else -1
            if self.kb is not None and number >= 0:
                found |= {self.kb.id_of(n) for n in self.kb.hierarchy.descendants(number)}
            self._wider[concept] = frozenset(found)
        return self._wider[concept]

    def _or_read(self, answer: Answer, chart: PatientChart) -> Answer:
        """An answer of the graph, or where there is none what the notes say in their own words."""
        if self.reader is None or not answer.abstained:
            return answer
        rows, left = rows_of_reading(answer.question, self.reader, chart, self.texts)
        language, out = language_of(answer.question), answer.left_out + left
        if not rows:
            text = " ".join(filter(None, (answer.text, _left_out(language, left))))
            return replace(answer, text=text, left_out=out)
        text = " ".join(filter(None, (_read_words(language, rows), _left_out(language, out))))
        read = replace(answer, kind=READING, status=ANSWERED, text=text, rows=rows, why="")
        return replace(read, left_out=out, confidence=rows[0].score, nearest=())

    def _level(self, query: Query) -> Query:
        """Take a question of when a drug was measured for one of its level."""
        if query.named and "measur" in query.question and "drug" in query.named[0].kinds:
            return replace(query, kind="when_measured")
        return query


def _not_understood(question: str, patient: str, language: str, nearest: tuple[str, ...]) -> Answer:
    text = _template(language, NOT_UNDERSTOOD).format(rows=" ".join(nearest))
    return Answer(question, patient, "", NOT_UNDERSTOOD, text, nearest=nearest, why=NOT_UNDERSTOOD)


def _partly(question: str, asked: Asked, unsaid: Sequence[str]) -> Answer:
    text = _template(asked.query.language, "partly").format(rows=", ".join(unsaid))
    return Answer(question, asked.chart.patient, text=text, why=text)


def _answer(question: str, asked: Asked, rows: list[Row]) -> Answer:
    query = asked.query
    score = query.confidence * min((row.score for row in rows), default=1.0)
    left = _left_out(query.language, asked.left_out)
    if not rows:
        text = " ".join(filter(None, (_template(query.language, NOT_IN_NOTES), left)))
        status = NOT_IN_NOTES
    else:
        text = " ".join(filter(None, (_words(query, rows), left)))
        status = ANSWERED
    return Answer(
        question, asked.chart.patient, query.kind, status, text, rows, asked.left_out, score
    )


def _words(query: Query, rows: list[Row]) -> str:
    language, key = query.language, "relatives" if query.kind in _OF_RELATIVES else "rows"
    value = rows[0].value
    if len(rows) == 1 and value in VERDICTS:
        return _template(language, value)
    said = "; ".join(_in_language(language, row.value) for row in rows)
    return _template(language, key).format(rows=said)


def _in_language(language: str, value: str) -> str:
    """A row's value whose last word is one of ours ("2024-05-01 yes") in another language."""
    before, space, last = value.rpartition(" ")
    return before + space + _templates().get((language, f"word {last}"), last)


def _read_words(language: str, rows: list[Row]) -> str:
    return _template(language, READING).format(rows="; ".join(row.value for row in rows))


def _left_out(language: str, counts: Counter[str]) -> str:
    parts = [
        _template(language, reason).format(n=count) for reason, count in sorted(counts.items())
    ]
    return f"({'; '.join(parts)})" if parts else ""


@cache
def _templates() -> dict[tuple[str, str], str]:
    rows = read_rows(DATA / "templates.tsv")
    return {(language, key): words for language, key, words in rows}


def _template(language: str, key: str) -> str:
    return _templates()[language, key]
