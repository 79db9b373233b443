"""`clinical_sentences`: sentence borders that survive clinical text."""

from collections.abc import Callable
from typing import Any, cast

import numpy
from spacy.attrs import IDX, SENT_START
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc
from thinc.types import Ints2d

from ...context.sentences import find_sentences
from ...doc_text import text_of


@Language.factory(
    "clinical_sentences",
    assigns=["token.is_sent_start", "doc.sents"],
    default_config={"overwrite": False, "scorer": {"@scorers": "spacy.senter_scorer.v1"}},
    default_score_weights={"sents_f": 1.0, "sents_p": 0.0, "sents_r": 0.0},
)
def make_clinical_sentences(
    nlp: Language, name: str, overwrite: bool, scorer: Callable[..., dict[str, Any]] | None
) -> "ClinicalSentences":
    """Make the component that finds sentences by rules, see `find_sentences`.

    overwrite (bool): Replace borders that are set already.
    scorer (Callable | None): The scoring method.
    """
    return ClinicalSentences(name, overwrite=overwrite, scorer=scorer)


class ClinicalSentences(Pipe):
    """Mark where sentences begin.

    name (str): The component's name.
    overwrite (bool): Replace borders that are set already.
    scorer (Callable | None): The scoring method.
    """

    def __init__(
        self,
        name: str = "clinical_sentences",
        *,
        overwrite: bool,
        scorer: Callable[..., dict[str, Any]] | None,
    ):
        self.name = name
        self.overwrite = overwrite
        self.scorer = scorer

    def __call__(self, doc: Doc) -> Doc:
        """Mark the sentences of a document. White space belongs to the sentence before it.

        doc (Doc): The document; without `overwrite`, one with borders stays as it is.
        RETURNS (Doc): The same.
        """
        if len(doc) and (self.overwrite or not doc.has_annotation("SENT_START")):
            places = doc.to_array([IDX]).reshape(-1).astype("int64")
            first = numpy.searchsorted(places, find_sentences(text_of(doc)))
            marks = numpy.full(len(doc), -1, dtype="int64")
            marks[first[first < len(doc)]] = 1
            marks[0] = 1
            doc.from_array([SENT_START], cast(Ints2d, marks.astype("uint64")))
        return doc
