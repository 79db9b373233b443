"""Answers about results: the last one, all, the highest, where they go."""

from collections.abc import Sequence
from dataclasses import replace

from ..graph.result_series import Result, ResultSeries, trend_of
from ..graph.time_spans import TimeSpan
from .answer import YES, Row
from .asked_chart import Asked
from .concept_names import DRUG, TEST
from .time_anchors import is_beside, times_apart

AFTER_DAY = ("after", "since", "from")
RECOVERY = ("recover", "normaliz", "come back", "came back", "back up", "since the lowest")


def result(asked: Asked) -> list[Row]:
    """The last result, or that of a time that is named."""
    rows, apart = [], times_apart(asked)
    for series in _series(asked):
        stretches = [_in_time(series.results, times) for times in apart]
        last = dict.fromkeys(results[-1] for results in stretches if results)
        rows += [_row(asked, series, one) for one in last]
    return rows


def all_results(asked: Asked) -> list[Row]:
    """All results."""
    apart = times_apart(asked)
    return [
        _row(asked, series, one)
        for series in _series(asked)
        for one in series.results
        if any(_in_time([one], times) for times in apart)
    ]


def highest(asked: Asked) -> list[Row]:
    """The highest result."""
    return _extreme(asked, max)


def lowest(asked: Asked) -> list[Row]:
    """The lowest result."""
    return _extreme(asked, min)


def when_measured(asked: Asked) -> list[Row]:
    """When it was measured last, with what came out."""
    return result(asked)


def had_test(asked: Asked) -> list[Row]:
    """Whether it was measured."""
    times = asked.query.times
    found = [one for series in _series(asked) for one in _in_time(series.results, times)]
    return [asked.row(YES, [one.value for one in found])] if found else []


def trend(asked: Asked) -> list[Row]:
    """Where results go; after something happened, or since the turn, if that is asked."""
    rows = []
    for series in _series(asked):
        results = [one for one in series.results if one.number is not None]
        kept = _kept(asked, results)
        where = trend_of([one.number for one in kept if one.number is not None])
        if where:
            said = [kept[0].value, kept[-1].value]
            rows.append(asked.row(f"{asked.name(series.concept)} {where}", said))
    return rows


def _kept(asked: Asked, results: Sequence[Result]) -> list[Result]:
    """Results from the turn on, or from a day that the question names."""
    question, times = asked.query.question, asked.query.times
    if any(word in question for word in RECOVERY) and results:
        turn = min(results, key=lambda one: one.number or 0).day.first
        return [one for one in results if one.day.last >= turn]
    if times and any(word in question for word in AFTER_DAY):
        return [one for one in results if one.day.last >= times[0].first]
    return list(results)


def _extreme(asked: Asked, best: object) -> list[Row]:
    rows = []
    for series in _series(asked):
        results = [one for one in series.results if one.number is not None]
        if results:
            one = best(results, key=lambda r: r.number)  # type: ignore[operator]
            rows.append(_row(asked, series, one))
    return rows


def _series(asked: Asked) -> list[ResultSeries]:
    """What is asked for, without the results that the question leaves out."""
    concepts = asked.of([*asked.query.concepts(TEST), *_levels(asked)])
    found = [_merged(series) for id in concepts if (series := asked.chart.results.get(id, ()))]
    return [
        replace(one, results=tuple(r for r in one.results if _is_asked(asked, r))) for one in found
    ]


def _merged(series: Sequence[ResultSeries]) -> ResultSeries:
    """The results of a test in one series: those without a unit are in that of the others, where
    these have but one; of several units the one with most results."""
    if len({one.unit for one in series} - {""}) > 1:
        return series[0]
    results = sorted((r for one in series for r in one.results), key=lambda r: r.when)
    return replace(max(series, key=lambda one: bool(one.unit)), results=tuple(results))


def _is_asked(asked: Asked, result: Result) -> bool:
    return is_beside(asked, result.day, result.value.mention.document)


def _levels(asked: Asked) -> list[str]:
    """The tests of a drug's level: "lithium level"."""
    names = {f"{asked.name(id)} level" for id in asked.of(asked.query.concepts(DRUG))}
    return [id for id in asked.chart.results if asked.name(id) in names]


def _in_time(results: Sequence[Result], times: Sequence[TimeSpan]) -> list[Result]:
    if len(times) == 1:
        return [one for one in results if one.day.overlaps(times[0])]
    if len(times) == 2:
        first, last = sorted(times)
        return [
            one for one in results if first.first <= one.day.last and one.day.first <= last.last
        ]
    return list(results)


def _row(asked: Asked, series: ResultSeries, one: Result) -> Row:
    words = " ".join(filter(None, (asked.name(series.concept), one.words, one.date)))
    return asked.row(words, [one.value], lambda _: [one.test.mention])
