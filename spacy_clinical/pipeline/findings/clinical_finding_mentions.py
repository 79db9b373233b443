"""`clinical_finding_mentions`: the phrases of a table of findings as mentions of a document."""

from spacy.language import Language
from spacy.tokens import Doc, Span

from ...context.finding_phrases import Hit
from ...context.sentences import find_sentences
from ...doc_text import text_of
from ...docs import (
    KEY,
    Assertion,
    TokenIndex,
    get_assertions,
    get_spans,
    has_mentions,
    install_extensions,
    set_assertions,
    set_mentions,
)
from ...docs.mention_additions import add_mentions, fill_ents
from ..rules.clinical_context import sentence_starts
from .finding_table import FINDING, FindingTablePipe


@Language.factory(
    "clinical_finding_mentions",
    assigns=["doc.spans", "doc.ents"],
    default_config={"tables": ["chexpert"], "label": "FINDING", "spans_key": KEY},
)
def make_clinical_finding_mentions(
    nlp: Language, name: str, tables: list[str], label: str, spans_key: str
) -> "ClinicalFindingMentions":
    """Make the component that finds the phrases of a table. It stands before the one that asserts.

    tables (list[str]): Packaged schemes ("chexpert", "nih") and files, see `context.findings`.
    label (str): The entity label of its mentions.
    spans_key (str): The span group that they are added to.
    """
    return ClinicalFindingMentions(
        name, tables=tables, label=label, spans_key=spans_key, lang=nlp.lang or ""
    )


class ClinicalFindingMentions(FindingTablePipe):
    """Add a mention for each phrase of a table, beside those that a document has; a mention that
    has the same extent already only gets the attribute "finding".

    name (str): The component's name.
    tables (list[str]): Packaged schemes and files.
    label (str): The entity label of its mentions.
    spans_key (str): The span group that they are added to.
    lang (str): The pipeline's language.
    """

    def __init__(
        self,
        name: str = "clinical_finding_mentions",
        *,
        tables: list[str],
        label: str,
        spans_key: str,
        lang: str = "en",
    ):
        self.label, self.key = label, spans_key
        super().__init__(name, tables, lang)
        install_extensions()

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The entity label."""
        return (self.label,)

    def __call__(self, doc: Doc) -> Doc:
        """Add mentions.

        doc (Doc): The document.
        RETURNS (Doc): The same; each mention of a phrase has an attribute "finding" for every
            finding that it means.
        """
        meant = self._meant(doc)
        if not has_mentions(doc, self.key):
            set_mentions(doc, list(doc.ents), set_ents=False, key=self.key)
        spans = get_spans(doc, self.key)
        known = {(span.start, span.end) for span in spans}
        new = [Span(doc, *place, label=self.label) for place in meant if place not in known]
        if new:
            self._add(doc, new)
        rows = get_assertions(doc, self.key)
        for i, span in enumerate(get_spans(doc, self.key)):
            held = {a.value for a in rows[i] if a.name == FINDING}
            said = meant.get((span.start, span.end), [])
            rows[i] += [Assertion(FINDING, label) for label in said if label not in held]
        set_assertions(doc, rows, self.key, names=[FINDING])
        return doc

    def _meant(self, doc: Doc) -> dict[tuple[int, int], list[str]]:
        """The findings that each extent of tokens means."""
        index = TokenIndex(doc)
        found: dict[tuple[int, int], list[str]] = {}
        starts = sentence_starts(doc) or find_sentences(text_of(doc))
        for hit in self.finder.find(text_of(doc), starts):
            place = index.find(hit.start, hit.end) or _around(doc, hit)
            if place is not None:
                found.setdefault(place, []).append(hit.label)
        return found

    def _add(self, doc: Doc, new: list[Span]) -> None:
        """Store more mentions behind the others, and in `doc.ents` where nothing is yet."""
        add_mentions(doc, new, [None] * len(new), key=self.key)
        attrs = doc.spans[self.key].attrs
        if "ids" in attrs:
            places = range(len(attrs["ids"]) - len(new), len(attrs["ids"]))
            attrs["ids"][places.start :] = [f"finding-{i}" for i in places]
        fill_ents(doc, new)


def _around(doc: Doc, hit: Hit) -> tuple[int, int] | None:
    """The tokens that hold a phrase: spaCy's English tokenizer has "Mass." as one, a state."""
    span = doc.char_span(hit.start, hit.end, alignment_mode="expand")
    return None if span is None else (span.start, span.end)
