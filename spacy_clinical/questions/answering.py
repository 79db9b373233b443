"""Questions over a patient's notes: structure first, reading second, silence third."""

from collections import Counter
from collections.abc import Mapping, Sequence
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
from .answer import ANSWERED, NOT_IN_NOTES, NOT_UNDERSTOOD, VERDICTS, Answer, Row
from .asked_chart import Asked
from .concept_names import Named, names_of
from .loose_names import LooseNames
from .note_reading import NoteReader
from .note_texts import NoteTexts
from .patient_address import of_patient
from .query import Query
from .question_kinds import KINDS
from .question_parts import clauses, joined, tell_apart
from .question_understanding import Vectors, read_question
from .question_words import DATA, language_of
from .reading_rows import rows_of_reading
from .verdicts import OF_RESULTS, beyond, rows_of

READING = "reading"  # the kind of what no table of questions tells
NO_VALUES = "no values"  # what a pipeline that reads none can't tell from there being none
_OF_RELATIVES = ("family", "family_has")


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
        self.names = names_of(read, roles=roles, kb=kb, into=LooseNames)
        self._charts = {chart.patient: chart for chart in charts(self.lookup)}
        self._has_values = any(one.labels & roles.values for one in read.concepts.values())
        self._wider: dict[str, frozenset[str]] = {}

    def __call__(self, question: str, patient: str = "", *, as_of: date | None = None) -> Answer:
        """Answer a question.

        question (str): English or Chinese.
        patient (str): Whose notes; may be left out where there is but one.
        as_of (date | None): The day of the question; that of the newest note if None.
        RETURNS (Answer): The answer, or why there is none. Raises AskError for a patient that the
            graph doesn't have.
        """
        chart = self.chart(patient)
        if chart is None:
            words = _template(language_of(question), "which patient").format(n=len(self._charts))
            return Answer(question, patient, text=words, why=words)
        chart = chart.until(as_of)
        day = as_of or (chart.last_day.last if chart.last_day else None)
        return self._or_read(self._answered(question, chart, day), chart)

    def _answered(self, question: str, chart: PatientChart, day: date | None) -> Answer:
        """The graph's answer: of the patient where it asks of "mum", else of who is named."""
        plain, called = of_patient(question)
        answer = self._in_parts(plain, chart, day) or self._whole(plain, chart, day)[0]
        if called and not answer.rows:
            other = self._whole(question, chart, day)[0]
            return other if other.rows else replace(answer, question=question)
        if not called:
            return answer
        said = _template("en", "as patient").format(x=called)
        return replace(answer, question=question, text=f"{answer.text} {said}")

    def _in_parts(self, question: str, chart: PatientChart, day: date | None) -> Answer | None:
        """The answer to several clauses, None unless each is understood by itself."""
        answers: list[Answer] = []
        named: Sequence[Named] = ()
        parts = clauses(question)
        for part in parts if len(parts) > 1 else ():
            answer, found = self._whole(part, chart, day, named)
            if answer.status == NOT_UNDERSTOOD:
                return None
            named = found or named
            answers.append(answer)
        return joined(question, answers) if tell_apart(answers) else None

    def _whole(
        self, question: str, chart: PatientChart, day: date | None, before: Sequence[Named] = ()
    ) -> tuple[Answer, Sequence[Named]]:
        """The answer to one clause, and what it names."""
        reading = read_question(
            question,
            self.names,
            as_of=day,
            vectors=self.vectors,
            table=self.table,
            before=before,
        )
        if reading.query is None:
            language = language_of(question)
            unknown = _not_understood(question, chart.patient, language, reading.nearest)
            return unknown, reading.named
        query = self._level(reading.query)
        asked = Asked(chart, query, self.texts, day, self.wider)
        rows = rows_of(asked, KINDS[query.kind]) if query.kind in KINDS else []
        unsaid = beyond(query, rows)
        if unsaid:
            return _partly(question, asked, unsaid), reading.named
        nothing = NOT_IN_NOTES if self._has_values or query.kind not in OF_RESULTS else NO_VALUES
        return _answer(question, asked, rows, nothing), reading.named

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


def _answer(question: str, asked: Asked, rows: list[Row], nothing: str) -> Answer:
    """The answer that rows are; where there is none, the words of the template `nothing`."""
    query = asked.query
    score = query.confidence * min((row.score for row in rows), default=1.0)
    left = _left_out(query.language, asked.left_out)
    read_as = ", ".join(one.meant for one in query.named if one.meant)
    if read_as:
        left = " ".join(filter(None, (left, _template("en", "read as").format(x=read_as))))
    if not rows:
        text = " ".join(filter(None, (_template(query.language, nothing), left)))
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
