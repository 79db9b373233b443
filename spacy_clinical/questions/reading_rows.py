"""What reading adds to an answer: rows of quotes that are the patient's, and say how they hold."""

from collections import Counter

from ..graph.concept_history import Statement
from ..graph.patient_chart import PatientChart
from .answer import Row
from .note_reading import NoteReader, ReadQuote
from .note_texts import NoteTexts
from .quoted_assertion import LEFT_OUT, what_mentions_say


def rows_of_reading(
    question: str, reader: NoteReader, chart: PatientChart, texts: NoteTexts
) -> tuple[list[Row], Counter[str]]:
    """Read what the graph doesn't answer.

    question (str): The question.
    reader (NoteReader): Reads.
    chart (PatientChart): Whose notes, up to the day of the question.
    texts (NoteTexts): The notes.
    RETURNS (tuple[list[Row], Counter[str]]): Rows, the best first; and how many quotes were left
        out, as they are a relative's, denied or hypothetical, by their own words or by a mention of
        the graph that they overlap. What is unsure or past is shown as such.
    """
    days = {document.id: document.date for document in chart.documents}
    own = {id: texts.texts[id] for id in days if id in texts.texts}
    said = [one for rows in chart.statements.values() for one in rows]
    rows, left = list[Row](), Counter[str]()
    for quote in reader.read(question, own):
        texts.check(quote.document)
        holds = {*quote.holds, *what_mentions_say(_within(said, quote))}
        if holds & LEFT_OUT:
            left.update(sorted(holds & LEFT_OUT)[:1])
            continue
        marks = f" ({', '.join(sorted(holds))})" if holds else ""
        place = texts.place(quote.document, quote.start, quote.end, days[quote.document])
        rows.append(Row(f"{quote.text}{marks}", (place,), quote.score))
    return rows, left


def _within(statements: list[Statement], quote: ReadQuote) -> list[Statement]:
    return [
        one
        for one in statements
        if one.mention.document == quote.document
        and any(start < quote.end and quote.start < end for start, end in one.mention.fragments)
    ]
