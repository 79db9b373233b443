"""`clinical_finding_mentions`: the phrases of a table of findings as mentions of a document."""

from collections.abc import Collection, Iterator, Mapping

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
from ...docs.sentence_starts import sentence_starts
from ..known_settings import check_setting
from .finding_table import FINDING, FindingTablePipe

UNION, LONGEST = "union", "longest"


@Language.factory(
    "clinical_finding_mentions",
    assigns=["doc.spans", "doc.ents"],
    default_config={
        "tables": ["chexpert"],
        "label": "FINDING",
        "spans_key": KEY,
        "beside": UNION,
    },
)
def make_clinical_finding_mentions(
    nlp: Language, name: str, tables: list[str], label: str, spans_key: str, beside: str
) -> "ClinicalFindingMentions":
    """Make the component that finds the phrases of a table. It stands before the one that asserts.

    tables (list[str]): Packaged schemes ("chexpert", "nih") and files, see `context.findings`.
    label (str): The entity label of its mentions.
    spans_key (str): The span group that they are added to.
    beside (str): What becomes of the entities of a document whose span group is empty yet: "union"
        keeps all; "longest" leaves out those inside of a phrase ("pleural" of "pleural effusion"),
        and of one that runs into a phrase the rest; of phrases inside of phrases the outer one is
        the mention.
    """
    return ClinicalFindingMentions(
        name, tables=tables, label=label, spans_key=spans_key, beside=beside, lang=nlp.lang or ""
    )


class ClinicalFindingMentions(FindingTablePipe):
    """Add a mention for each phrase of a table, beside those that a document has; a mention that
    has the same extent already only gets the attribute "finding".

    name (str): The component's name.
    tables (list[str]): Packaged schemes and files.
    label (str): The entity label of its mentions.
    spans_key (str): The span group that they are added to.
    beside (str): "union" or "longest".
    lang (str): The pipeline's language.
    """

    def __init__(
        self,
        name: str = "clinical_finding_mentions",
        *,
        tables: list[str],
        label: str,
        spans_key: str,
        beside: str = UNION,
        lang: str = "en",
    ):
        check_setting(name, "beside", beside, (UNION, LONGEST))
        self.label, self.key, self.beside = label, spans_key, beside
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
            longest = self.beside == LONGEST
            ents = list(_outside(doc, meant) if longest else doc.ents)
            set_mentions(doc, ents, set_ents=longest, key=self.key)
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
        return _in_the_longest(found) if self.beside == LONGEST else found

    def _add(self, doc: Doc, new: list[Span]) -> None:
        """Store more mentions behind the others, and in `doc.ents` where nothing is yet."""
        add_mentions(doc, new, [None] * len(new), key=self.key)
        attrs = doc.spans[self.key].attrs
        if "ids" in attrs:
            places = range(len(attrs["ids"]) - len(new), len(attrs["ids"]))
            attrs["ids"][places.start :] = [f"finding-{i}" for i in places]
        fill_ents(doc, new)


def _in_the_longest(meant: Mapping[tuple[int, int], list[str]]) -> dict[tuple[int, int], list[str]]:
    """What a phrase means that lies in another ("nodule" of "solid nodule") the other one means."""
    longest: dict[int, tuple[int, int]] = {}
    for place in sorted(meant, key=lambda place: place[1] - place[0]):
        longest.update(dict.fromkeys(range(*place), place))
    found: dict[tuple[int, int], list[str]] = {}
    for place, labels in meant.items():
        start, end = longest[place[0]]
        found.setdefault((start, end) if end >= place[1] else place, []).extend(labels)
    return {place: list(dict.fromkeys(labels)) for place, labels in found.items()}


def _outside(doc: Doc, phrases: Collection[tuple[int, int]]) -> Iterator[Span]:
    """The entities of a document, each up to the phrase that its last token stands in."""
    starts: dict[int, int] = {}
    for start, end in phrases:
        starts.update({i: min(start, starts.get(i, start)) for i in range(start, end)})
    for ent in doc.ents:
        stop = starts.get(ent.end - 1, ent.end)
        if stop == ent.end or (ent.start, ent.end) in phrases:
            yield ent
        elif stop > ent.start:
            yield Span(doc, ent.start, stop, label=ent.label)


def _around(doc: Doc, hit: Hit) -> tuple[int, int] | None:
    """The tokens that hold a phrase: spaCy's English tokenizer has "Mass." as one, a state."""
    span = doc.char_span(hit.start, hit.end, alignment_mode="expand")
    return None if span is None else (span.start, span.end)
