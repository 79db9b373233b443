"""`clinical_sections`: the sections of a note by their headings."""

from spacy.language import Language
from spacy.tokens import Doc

from ...context.section_rules import (
    OTHER,
    SectionFinder,
    SectionRule,
    format_section_rules,
    load_section_rules,
    parse_section_rules,
)
from ...doc_text import text_of
from ...docs.section_spans import SECTIONS, install_section_extensions, set_sections
from .table_component import TablePipe


@Language.factory(
    "clinical_sections",
    assigns=["doc.spans", "span._.section_category"],
    default_config={"rules": ["en"], "spans_key": SECTIONS},
)
def make_clinical_sections(
    nlp: Language, name: str, rules: list[str], spans_key: str
) -> "ClinicalSections":
    """Make the component that finds sections.

    rules (list[str]): Packaged tables ("en", "de"...) and files, see `context.section_rules`.
    spans_key (str): The span group to write; `span._.section_category` reads "sections".
    """
    return ClinicalSections(name, rules=rules, spans_key=spans_key)


class ClinicalSections(TablePipe[SectionRule, SectionFinder]):
    """Find sections by a table of headings.

    name (str): The component's name.
    rules (list[str]): Packaged tables and files.
    spans_key (str): The span group to write.
    """

    def __init__(self, name: str = "clinical_sections", *, rules: list[str], spans_key: str):
        self.spans_key = spans_key
        super().__init__(name, rules)
        install_section_extensions()

    load = staticmethod(load_section_rules)
    parse = staticmethod(parse_section_rules)
    format = staticmethod(format_section_rules)

    def build(self, rules: list[SectionRule]) -> SectionFinder:
        """RETURNS (SectionFinder): What applies the rules."""
        return SectionFinder(rules)

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The categories."""
        categories = {name for rule in self._rules for name in rule.category.split("|")}
        return tuple(sorted({OTHER, *categories}))

    def __call__(self, doc: Doc) -> Doc:
        """Find the sections of a document.

        doc (Doc): The document.
        RETURNS (Doc): The same, with `doc.spans["sections"]`, which is empty without headings.
        """
        set_sections(doc, self.finder.find(text_of(doc)), self.spans_key)
        return doc
