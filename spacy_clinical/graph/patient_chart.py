"""One patient's notes over time: drugs, problems, procedures, results, allergies, relatives."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property

from ..drug_changes.change_cues import AIM, ALLERGY
from .clinical_graph import Document, Mention
from .concept_history import NEVER, Statement, newest_stand, statements_of
from .drug_courses import DrugCourse, drug_course
from .graph_lookup import ABSENT, FAMILY, PASSING, Lookup
from .problem_courses import ProblemCourse, problem_course
from .procedure_events import ProcedureEvent, procedure_events
from .question_roles import Labels
from .result_series import ResultSeries, result_series
from .time_spans import TimeSpan, parse_span

_ALLERGY = re.compile(r"(?P<before>.+) allergy|allergy to (?P<after>.+)")


class PatientChart:
    """What a patient's notes say, put together when it is first asked for.

    graph (Lookup): The graph; it must not change.
    patient (str): The patient.
    mentions (dict[str, list[Mention]]): The patient's mentions by concept; see `charts`.
    as_of (date | None): The day whose later notes aren't known; see `until`.
    """

    def __init__(
        self,
        graph: Lookup,
        patient: str,
        mentions: dict[str, list[Mention]],
        as_of: date | None = None,
    ):
        self.graph = graph
        self.patient = patient
        self.as_of = as_of
        self._mentions = mentions

    @cached_property
    def statements(self) -> dict[str, list[Statement]]:
        """RETURNS (dict[str, list[Statement]]): All statements by concept, the oldest first."""
        if self.as_of is None:
            return {id: statements_of(self.graph, said) for id, said in self._mentions.items()}
        known = {document.id for document in self.documents}
        kept = (
            (id, [one for one in said if one.document in known])
            for id, said in self._mentions.items()
        )
        return {id: statements_of(self.graph, said) for id, said in kept if said}

    @cached_property
    def drugs(self) -> dict[str, DrugCourse]:
        """RETURNS (dict[str, DrugCourse]): Course of each drug that the notes speak of."""
        found = self._of(self.graph.roles.medications)
        courses = {id: drug_course(self.graph, id, said) for id, said in found}
        return {id: course for id, course in courses.items() if course.statements}

    @cached_property
    def problems(self) -> dict[str, ProblemCourse]:
        """RETURNS (dict[str, ProblemCourse]): Course of each condition and symptom."""
        found = self._of(self.graph.roles.conditions)
        courses = {id: problem_course(id, said) for id, said in found}
        return {id: course for id, course in courses.items() if course.statements}

    @cached_property
    def procedures(self) -> list[ProcedureEvent]:
        """RETURNS (list[ProcedureEvent]): What was done or is planned."""
        found = self._of(self.graph.roles.procedures)
        return [event for id, said in found for event in procedure_events(id, said)]

    @cached_property
    def results(self) -> dict[str, list[ResultSeries]]:
        """RETURNS (dict[str, list[ResultSeries]]): A test's series, one for each unit."""
        found = {}
        for id, said in self._of(self.graph.roles.tests):
            tests = [(one, self._values(one)) for one in said if _is_told(one)]
            series = result_series(self.graph, id, tests)
            if series:
                found[id] = series
        return found

    @cached_property
    def allergies(self) -> dict[str, list[Statement]]:
        """RETURNS (dict[str, list[Statement]]): What is said of allergies to a substance, denied
        and possible ones too, relatives' left out; how they stand is `allergens`."""
        allergens = self.graph.roles.allergens
        found = {
            id: [
                one
                for one in said
                if not one.family and (ALLERGY in one.changes or one.mention.label in allergens)
            ]
            for id, said in self.statements.items()
        }
        for id, said in self._named_allergies():
            found[id] = sorted([*found[id], *said], key=lambda one: one.where)
        return {id: said for id, said in found.items() if said}

    def _named_allergies(self) -> Iterator[tuple[str, list[Statement]]]:
        """Problems that are called after a substance of the notes: "penicillin allergy"."""
        drugs = {self.graph.fold(id): id for id, _ in self._of(self.graph.roles.medications)}
        for id, said in self._of(self.graph.roles.conditions):
            match = _ALLERGY.fullmatch(self.graph.fold(id))
            drug = drugs.get(match["after"] or match["before"]) if match else None
            if drug is not None:
                yield drug, [one for one in said if not one.family]

    def allergens(self, *, there: bool = True) -> dict[str, list[Statement]]:
        """Say what the patient is allergic to, by the newest notes that take a stand.

        there (bool): False for what is excluded.
        RETURNS (dict[str, list[Statement]]): Substance to who says so last. Where they disagree it
            is there.
        """
        newest = {id: newest_stand(said) for id, said in self.allergies.items()}
        return {
            id: list(said)
            for id, said in newest.items()
            if said and there == any(not one.denied for one in said)
        }

    @cached_property
    def family(self) -> dict[str, list[Statement]]:
        """RETURNS (dict[str, list[Statement]]): What is said of relatives, by concept."""
        found = {
            id: [one for one in said if one.holds(FAMILY) and not one.holds(ABSENT)]
            for id, said in self.statements.items()
        }
        return {id: said for id, said in found.items() if said}

    @cached_property
    def last_day(self) -> TimeSpan | None:
        """RETURNS (TimeSpan | None): The day of the newest note."""
        dates = [document.date for document in self.documents if document.date]
        return parse_span(max(dates)) if dates else None

    @property
    def day_before(self) -> TimeSpan | None:
        """RETURNS (TimeSpan | None): The day of the newest note that is older than `last_day`."""
        days = sorted({document.date for document in self.documents if document.date})
        return parse_span(days[-2]) if len(days) > 1 else None

    @cached_property
    def documents(self) -> list[Document]:
        """RETURNS (list[Document]): The notes up to the chart's day, the oldest first."""
        known = self.graph.documents.get(self.patient, [])
        return [one for one in known if self._is_known(one.date)]

    def until(self, as_of: date | None) -> "PatientChart":
        """Put together what was known on a day.

        as_of (date | None): The day; None for after all notes.
        RETURNS (PatientChart): Of the notes up to that day, and of those without a date.
        """
        last = self.last_day
        if as_of is None or last is None or last.first <= as_of:
            return self
        return PatientChart(self.graph, self.patient, self._mentions, as_of)

    def _is_known(self, day: str) -> bool:
        return self.as_of is None or (parse_span(day) or NEVER).first <= self.as_of

    def name(self, concept: str) -> str:
        """RETURNS (str): A concept's name."""
        return self.graph.graph.concepts[concept].name

    def _of(self, labels: Labels) -> Iterator[tuple[str, list[Statement]]]:
        for id, said in self.statements.items():
            own = [one for one in said if one.mention.label in labels]
            if own:
                yield id, own

    def _values(self, test: Statement) -> list[Statement]:
        values = self.graph.others(test.mention, self.graph.roles.result)
        known = (self._by_mention.get(value) for value in values)
        told = (one for one in known if one and _is_told(one) and AIM not in one.changes)
        return sorted(told, key=lambda one: one.where)

    @cached_property
    def _by_mention(self) -> dict[Mention, Statement]:
        return {one.mention: one for said in self.statements.values() for one in said}


def _is_told(one: Statement) -> bool:
    """Whether a test or a value is the patient's, and not only planned, feared or denied."""
    return not one.family and not one.holds(*PASSING, ABSENT)


def charts(graph: Lookup, patients: Iterable[str] | None = None) -> Iterator[PatientChart]:
    """Make the charts of patients.

    graph (Lookup): The graph.
    patients (Iterable[str] | None): Whose, all if None.
    YIELDS (PatientChart): One after the other, in the order of their names; one without a mention
        for a patient of whose notes nothing was found.
    """
    wanted = None if patients is None else set(patients)
    found: dict[str, dict[str, list[Mention]]] = {}
    for finding, mentions in graph.findings.items():
        if wanted is None or finding.patient in wanted:
            of_patient = found.setdefault(finding.patient, {})
            of_patient.setdefault(finding.concept, []).extend(mentions)
    for patient in sorted(graph.documents):
        if wanted is None or patient in wanted:
            yield PatientChart(graph, patient, found.get(patient, {}))
