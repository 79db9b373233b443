"""A question and a passage as one Doc, and the answers that were found in it.

The text is the question, a line end, the passage: one sequence for the encoder. The span group
"question" holds the question's span; its attrs say, of training data, what is known: `id` of the
question, `answers` [str, ...] that are right anywhere in the text that the passage is of. The group
"answers" holds the answers' spans, its attrs their `scores`. A group that is empty says that the
passage has no answer, none that nobody looked.
"""

from collections.abc import Callable, Sequence

from spacy.tokens import Doc, Span, SpanGroup

QUESTION, ANSWERS, ANSWER = "question", "answers", "ANSWER"
_ENDS = "?？.!。！"


def make_asked(
    make_doc: Callable[[str], Doc],
    question: str,
    passage: str,
    *,
    id: str = "",
    answers: Sequence[str] | None = None,
) -> Doc:
    """Put a question before a passage.

    make_doc (Callable[[str], Doc]): Tokenises.
    question (str): Its words; a question mark is added where no sign ends it.
    passage (str): The passage.
    id (str): Of the question, the same for all passages that it is asked of.
    answers (Sequence[str] | None): What is right, of training data; empty where nothing is.
    RETURNS (Doc): Of both, with the group "question".
    """
    words = " ".join(question.split())
    words += "" if words.endswith(tuple(_ENDS)) else "?"
    doc = make_doc(f"{words}\n{passage}")
    n_tokens = sum(token.idx < len(words) for token in doc)
    attrs = {"id": id, "start": len(words) + 1}
    if answers is not None:
        attrs["answers"] = list(answers)
    spans = [Span(doc, 0, n_tokens)]
    doc.spans[QUESTION] = SpanGroup(doc, name=QUESTION, spans=spans, attrs=attrs)
    return doc


def question_length(doc: Doc) -> int:
    """RETURNS (int): Tokens of the question that a Doc begins with, 0 where nothing is asked."""
    group = doc.spans.get(QUESTION, ())
    return int(group[0].end) if len(group) else 0


def question_id(doc: Doc) -> str:
    """RETURNS (str): The id of its question, "" if it has none."""
    return str(doc.spans[QUESTION].attrs.get("id", "")) if question_length(doc) else ""


def passage_start(doc: Doc) -> int:
    """RETURNS (int): The first character of the passage."""
    return int(doc.spans[QUESTION].attrs["start"])


def right_answers(doc: Doc) -> list[str] | None:
    """RETURNS (list[str] | None): What answers the question anywhere in its text; None where nobody
    knows."""
    if not question_length(doc):
        return None
    known = doc.spans[QUESTION].attrs.get("answers")
    if known is None and ANSWERS in doc.spans:
        return [span.text for span in doc.spans[ANSWERS]]
    return known


def copy_question(source: Doc, target: Doc) -> Doc:
    """Ask one Doc what another of the same text is asked.

    source (Doc): Perhaps with a question.
    target (Doc): Perhaps of other tokens; changed.
    RETURNS (Doc): The target.
    """
    n_tokens = question_length(source)
    if n_tokens:
        end = source[n_tokens - 1].idx + len(source[n_tokens - 1])
        own = sum(token.idx < end for token in target)
        group = SpanGroup(target, name=QUESTION, spans=[Span(target, 0, own)])
        group.attrs.update(source.spans[QUESTION].attrs)
        target.spans[QUESTION] = group
    return target


def set_answers(doc: Doc, spans: Sequence[Span], scores: Sequence[float]) -> None:
    """Store answers.

    doc (Doc): The document.
    spans (Sequence[Span]): Of it; labelled anew.
    scores (Sequence[float]): One for each, in 0..1.
    """
    labelled = [Span(doc, span.start, span.end, label=ANSWER) for span in spans]
    attrs = {"scores": [float(score) for score in scores]}
    doc.spans[ANSWERS] = SpanGroup(doc, name=ANSWERS, spans=labelled, attrs=attrs)


def get_answers(doc: Doc) -> list[tuple[Span, float]]:
    """RETURNS (list[tuple[Span, float]]): Answers and their scores, 1 where there are none, the
    best first."""
    if ANSWERS not in doc.spans:
        return []
    group = doc.spans[ANSWERS]
    scores = group.attrs.get("scores") or [1.0] * len(group)
    return sorted(zip(group, scores, strict=True), key=lambda pair: (-pair[1], pair[0].start))
