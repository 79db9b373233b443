"""Results of German, Spanish and English notes: what a number means, by the note's language.

The inputs and what they mean were written down before anything was run.
"""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import spacy

from spacy_clinical.docs import to_doc
from spacy_clinical.errors import GraphError
from spacy_clinical.graph import Lookup, build_graph, merge_graphs, read_graph, write_graph
from spacy_clinical.graph.mention_words import bare
from spacy_clinical.graph.patient_chart import charts
from spacy_clinical.graph.result_series import ResultSeries
from spacy_clinical.questions.note_texts import NoteTexts
from spacy_clinical.questions.timeline import Timeline
from spacy_clinical.records import Record

from ..marked_notes import note

# Language, words, the number (none where it may be two), the unit.
CASES = """de|6,2 mmol/l|6.2|mmol/L
de|12.500/µl||
de|1.500 mg/dl||
de|0,5 mg/dl|0.5|mg/dL
de|0.5 mg/dl|0.5|mg/dL
de|1.234.567/µl|1234567|/uL
de|1.500,5 mg/l|1500.5|mg/L
de|< 0,01 ng/ml|0.01|ng/mL
de|140 mmol/l|140|mmol/L
es|1,2 mg/dl|1.2|mg/dL
es|8.700/µl||
es|1,500 mg/dl||
en|12,500/uL|12500|/uL
en|1,500 mg/dL|1500|mg/dL
en|0,5 mg/dL||
|1,500 mg/dL|1500|mg/dL
|0,5 mg/dL||
de|7,40|7.4|
de|250.000/µl||
es|11,3 g/dl|11.3|g/dL
es|2.050,75 U/l|2050.75|U/L
es|4.100 mg||
en|4.100 mg/dL|4.1|mg/dL
en|250,000/uL|250000|/uL"""  # the last seven were held out
LETTER = "{t Kreatinin} {v 1,5 mg/dl}."
OLD, NEW = "2024-07-02", "2024-07-09"


def told(marked: str, words: str, language: str, day: str = OLD) -> Record:
    """A result in a note that says its language."""
    made = note(marked, (words, "RESULT_OF", marked[3:].partition("}")[0]), day=day)
    return replace(made, meta={**made.meta, "language": language} if language else made.meta)


def series_of(*notes: Record) -> list[ResultSeries]:
    (chart,) = charts(Lookup(build_graph(notes)))
    (found,) = chart.results.values()
    return found


@pytest.mark.parametrize("row", CASES.split("\n"))
def test_results(row: str) -> None:
    language, words, number, unit = row.split("|")
    (series,) = series_of(told(f"{{t zinkate}} {{v {words}}}.", words, language))
    (result,) = series.results
    assert result.words == words
    assert (result.number, series.unit) == (float(number) if number else None, unit)


def test_one_number_of_notes_in_two_languages() -> None:
    words = "1,500 U/l"
    english, german = (
        told(f"{{t zinkate}} {{v {words}}}.", words, language, day)
        for language, day in (("en", OLD), ("de", NEW))
    )
    numbers, unread = series_of(english, german)
    assert [(one.date, one.number) for one in numbers.results] == [(OLD, 1500.0)]
    assert [(one.date, one.words) for one in unread.results] == [(NEW, words)]


def test_a_trend_needs_numbers_that_are_sure() -> None:
    sure = [("5,5 U/l", OLD), ("12,5 U/l", NEW)]
    rising = [told(f"{{t zinkate}} {{v {words}}}.", words, "es", day) for words, day in sure]
    (series,) = series_of(*rising)
    assert series.trend == "rising" and [r.number for r in series.results] == [5.5, 12.5]
    unsure = told("{t zinkate} {v 12.500 U/l}.", "12.500 U/l", "es", NEW)
    assert [one.trend for one in series_of(rising[0], unsure)] == ["", ""]


@pytest.mark.parametrize("name", ["g.json", "g.graphml", "g.ttl", "g"])
def test_files_keep_the_language(tmp_path: Path, name: str) -> None:
    graph = build_graph([told(LETTER, "1,5 mg/dl", "de-AT")])
    write_graph(graph, tmp_path / name)
    read = read_graph(tmp_path / name)
    assert read == graph and [one.language for one in read.documents.values()] == ["de"]


def test_folders_of_before(tmp_path: Path) -> None:
    graph = build_graph([told(LETTER, "1,5 mg/dl", "")])
    write_graph(graph, tmp_path / "g")
    path = tmp_path / "g" / "documents.csv"
    rows = list(csv.reader(path.read_text().splitlines()))
    assert rows[0][-1] == "language:string"
    path.write_text("".join(",".join(row[:-1]) + "\n" for row in rows))
    assert read_graph(tmp_path / "g") == graph
    path.write_text("".join(",".join(row[:-2]) + "\n" for row in rows))
    with pytest.raises(GraphError, match="SC656"):
        read_graph(tmp_path / "g")


def test_a_document_has_one_language() -> None:
    german, spanish, untold = (
        build_graph([told(LETTER, "1,5 mg/dl", language)]) for language in ("de", "es", "")
    )
    assert merge_graphs([untold, german]) == german
    with pytest.raises(GraphError, match="SC650"):
        merge_graphs([german, spanish])


@pytest.mark.parametrize(
    ("pipeline", "meta", "number"),
    [("de", "", 1.5), ("en", "", None), ("xx", "de", 1.5), ("en", "es", 1.5), ("de", "en", None)],
)
def test_the_language_is_the_notes_own_else_the_pipelines(
    pipeline: str, meta: str, number: float | None
) -> None:
    record = told(LETTER, "1,5 mg/dl", meta)
    doc = to_doc(record, spacy.blank(pipeline).make_doc)
    for given in (doc, (doc, {"id": "n", "patient": "p"})):
        (chart,) = charts(Lookup(build_graph([given])))
        ((series,),) = chart.results.values()
        assert series.results[0].number == number


def test_a_comma_before_a_digit_is_of_its_number() -> None:
    assert bare(",5 mg.") == ",5 mg" and bare(", 5 mg") == "5 mg" and bare(",pain") == "pain"
    (series,) = series_of(told("{t zinkate} {v ,5 mg/dl}.", ",5 mg/dl", "de"))
    assert series.results[0].number == 0.5


def test_a_plot_writes_out_large_numbers() -> None:
    record = told("{t zinkate} {v 1.250.000/µl}.", "1.250.000/µl", "de")
    (chart,) = charts(Lookup(build_graph([record])))
    (plot,) = Timeline(chart, NoteTexts({record.id: record.text}, chart.graph)).plots()
    assert (plot.low, plot.high) == ("1250000", "1250000")
    assert [dot.words for dot in plot.dots] == [f"{OLD} 1.250.000/µl"]
