"""What a patient's timeline shows: drugs as bars, problems, results as points, notes, alerts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from ..drug_changes.change_cues import HELD, STOPPED
from ..graph.clinical_graph import PRESENT
from ..graph.concept_history import Statement
from ..graph.drug_courses import DrugCourse
from ..graph.patient_chart import PatientChart
from ..graph.procedure_events import DONE
from ..graph.result_series import ResultSeries
from .note_texts import NoteTexts

WIDTH, LEAST = 1000.0, 4.0  # of the picture, and of a bar, in its own units
HEIGHT = 60.0
_BEFORE, _AFTER = timedelta(days=45), timedelta(days=20)


class Bar(NamedTuple):
    """A stretch of a row: where it lies, what it says, and its quotes."""

    left: float
    width: float
    words: str
    kind: str
    quote: int


class Dot(NamedTuple):
    """A point of a plot."""

    x: float
    y: float
    words: str
    quote: int


class Line(NamedTuple):
    """A row of the page: a name, and its bars."""

    name: str
    status: str
    bars: list[Bar]


class Plot(NamedTuple):
    """A small plot of a test's results."""

    name: str
    unit: str
    trend: str
    dots: list[Dot]
    path: str
    low: str
    high: str
    words: list[Dot]


class Timeline:
    """A patient's timeline while it is laid out.

    chart (PatientChart): The notes over time.
    texts (NoteTexts): To quote from.
    as_of (date | None): The day that it ends on, that of the newest note if None.
    """

    def __init__(self, chart: PatientChart, texts: NoteTexts, as_of: date | None = None):
        self.chart, self.texts = chart.until(as_of), texts
        self.notes = [(document.date, document.id) for document in self.chart.documents]
        last = self.chart.last_day.last if self.chart.last_day else date.today()
        self.as_of = as_of or last
        dated = [date.fromisoformat(day) for day, _ in self.notes if len(day) == 10]
        self.first = min(dated, default=self.as_of) - _BEFORE
        self.last = self.as_of + _AFTER
        self.quotes: dict[Any, int] = {}

    def x(self, day: date) -> float:
        """RETURNS (float): Where a day lies; what is before the first note, at its edge."""
        inside = min(max(day, self.first), self.last)
        return round(WIDTH * (inside - self.first).days / max((self.last - self.first).days, 1), 1)

    def quote(self, statements: Iterable[Statement]) -> int:
        """RETURNS (int): The number of the newest quote of some statements."""
        found = self.texts.quotes(statements)
        return self.quotes.setdefault(found[0], len(self.quotes)) if found else -1

    def drugs(self) -> list[Line]:
        """RETURNS (list[Line]): Drugs that were taken, those that still are first."""
        lines = [
            Line(self.chart.name(id), course.status(self.as_of), self._bars(course))
            for id, course in self.chart.drugs.items()
            if course.steps_until(self.as_of)
        ]
        return sorted(lines, key=lambda line: (line.status != "taking", line.name.casefold()))

    def _bars(self, course: DrugCourse) -> list[Bar]:
        steps = course.steps_until(self.as_of)
        bars = []
        for number, step in enumerate(steps):
            left = self.x(step.day.first)
            words = " ".join(filter(None, (step.day.iso, step.what, step.regimen)))
            if step.what in (STOPPED, HELD):
                why = ", ".join(self.chart.name(id) for id in step.why)
                words += f" ({why})" if why else ""
                bars.append(Bar(left, LEAST, words, step.what, self.quote(step.statements)))
                continue
            end = steps[number + 1].day.first if number + 1 < len(steps) else self.as_of
            width = max(self.x(end) - left, LEAST)
            bars.append(Bar(left, width, words, "taking", self.quote(step.statements)))
        return bars

    def problems(self) -> list[Line]:
        """RETURNS (list[Line]): Problems from when they are told, to when they are over."""
        lines = []
        for id, course in self.chart.problems.items():
            since, over = course.since(), course.resolved()
            if since is None or since[0].first.year == 1:
                continue
            status = course.status(self.as_of)
            end = over.day.first if over else self.as_of
            left = self.x(since[0].first)
            now = status if status == PRESENT else f"on, now {status}"
            words = f"{since[0].iso} {now}" + (f", over {over.day.iso}" if over else "")
            bar = Bar(
                left, max(self.x(end) - left, LEAST), words, status, self.quote(course.ever())
            )
            lines.append(Line(self.chart.name(id), status, [bar]))
        return sorted(lines, key=lambda line: (line.status != PRESENT, line.name.casefold()))

    def procedures(self) -> list[Line]:
        """RETURNS (list[Line]): What was done, on its day."""
        lines: dict[str, list[Bar]] = {}
        for event in self.chart.procedures:
            if event.status == DONE and event.day:
                bar = Bar(
                    self.x(event.day.first),
                    LEAST,
                    event.day.iso,
                    DONE,
                    self.quote(event.statements),
                )
                lines.setdefault(self.chart.name(event.concept), []).append(bar)
        return [Line(name, DONE, bars) for name, bars in sorted(lines.items())]

    def plots(self) -> list[Plot]:
        """RETURNS (list[Plot]): A plot for each test and unit, by name."""
        series = [one for found in self.chart.results.values() for one in found]
        return sorted((self._plot(one) for one in series), key=lambda plot: plot.name.casefold())

    def _plot(self, series: ResultSeries) -> Plot:
        numbers = [(r, r.number) for r in series.results if r.number is not None]
        others = [r for r in series.results if r.number is None]
        values = [number for _, number in numbers]
        low, high = (min(values), max(values)) if values else (0.0, 0.0)
        reach = (high - low) or 1.0
        dots = []
        for result, number in numbers:
            y = HEIGHT - 8 - (HEIGHT - 16) * (number - low) / reach if high > low else HEIGHT / 2
            words = f"{result.date} {result.words}".lstrip()
            dots.append(
                Dot(self.x(result.day.first), round(y, 1), words, self.quote([result.value]))
            )
        path = " ".join(f"{dot.x},{dot.y}" for dot in dots)
        told = [
            Dot(
                self.x(r.day.first),
                HEIGHT / 2,
                f"{r.date} {r.words}".lstrip(),
                self.quote([r.value]),
            )
            for r in others
        ]
        ends = (f"{low:.12g}", f"{high:.12g}") if values else ("", "")
        return Plot(
            self.chart.name(series.concept),
            series.unit_words,
            series.trend,
            dots,
            path,
            *ends,
            told,
        )

    def months(self) -> list[tuple[float, str]]:
        """RETURNS (list[tuple[float, str]]): Where months begin, at most about a dozen."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        step = max(1, -(-months // 12))
        found = []
        for number in range(1, months + 1, step):
            index = self.first.month - 1 + number
            day = date(self.first.year + index // 12, index % 12 + 1, 1)
            found.append((self.x(day), day.isoformat()[:7]))
        return found

    def alerts(self, alerts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """RETURNS (list[dict]): Alerts as `Alert.to_dict` gives them, with quotes' numbers."""
        return [{**alert, "facts": [self._fact(f) for f in alert["facts"]]} for alert in alerts]

    def _fact(self, fact: Mapping[str, Any]) -> dict[str, Any]:
        numbers = []
        for place in fact["evidence"]:
            if place["document"] in self.texts.texts:
                found = self.texts.place(
                    place["document"], place["start"], place["end"], place["date"]
                )
                numbers.append(self.quotes.setdefault(found, len(self.quotes)))
        return {"words": fact["words"], "quote": numbers[-1] if numbers else -1}
