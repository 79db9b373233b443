"""One patient's notes over time: drugs, problems, procedures, results, allergies, relatives."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from .change_cues import ALLERGY
from .clinical_graph import Mention
from .drug_courses import DrugCourse, drug_course
from .graph_lookup import ABSENT, FAMILY, Lookup
from .label_roles import Labels
from .problem_courses import ProblemCourse, problem_course
from .procedure_events import ProcedureEvent, procedure_events
from .result_series import ResultSeries, result_series
from .statements import Statement, statements_of
from .time_spans import TimeSpan, parse_span


class PatientChart:
    """What a patient's notes say, put together when it is first asked for.

    graph (Lookup): The graph; it must not change.
    patient (str): The patient.
    mentions (dict[str, list[Mention]]): The patient's mentions by concept; see `charts`.
    """

    def __init__(self, graph: Lookup, patient: str, mentions: dict[str, list[Mention]]):
        self.graph = graph
        self.patient = patient
        self._mentions = mentions

    @cached_property
    def statements(self) -> dict[str, list[Statement]]:
        """RETURNS (dict[str, list[Statement]]): All statements by concept, the oldest first."""
        return {id: statements_of(self.graph, said) for id, said in self._mentions.items()}

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
            tests = [(one, self._values(one)) for one in said if not one.family]
            series = result_series(self.graph, id, tests)
            if series:
                found[id] = series
        return found

    @cached_property
    def allergies(self) -> dict[str, list[Statement]]:
        """RETURNS (dict[str, list[Statement]]): What is said of allergies to a substance, denied
        ones too, relatives' left out."""
        allergens = self.graph.roles.allergens
        found = {
            id: [
                one
                for one in said
                if not one.family and (ALLERGY in one.changes or one.mention.label in allergens)
            ]
            for id, said in self.statements.items()
        }
        return {id: said for id, said in found.items() if said}

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
        documents = self.graph.graph.documents.values()
        dates = [d.date for d in documents if d.patient == self.patient and d.date]
        return parse_span(max(dates)) if dates else None

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
        return statements_of(self.graph, values)


def charts(graph: Lookup, patients: Iterable[str] | None = None) -> Iterator[PatientChart]:
    """Make the charts of patients.

    graph (Lookup): The graph.
    patients (Iterable[str] | None): Whose, all if None.
    YIELDS (PatientChart): One after the other, in the order of their names.
    """
    wanted = None if patients is None else set(patients)
    found: dict[str, dict[str, list[Mention]]] = {}
    for finding, mentions in graph.findings.items():
        if wanted is None or finding.patient in wanted:
            of_patient = found.setdefault(finding.patient, {})
            of_patient.setdefault(finding.concept, []).extend(mentions)
    for patient in sorted(found):
        yield PatientChart(graph, patient, found[patient])
