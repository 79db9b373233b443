"""What the two components with a table of findings share."""

from collections.abc import Iterable

from ...context.finding_phrases import (
    ENGLISH,
    FindingFinder,
    FindingRule,
    format_finding_rules,
    load_finding_rules,
    parse_finding_rules,
)
from ...errors import Errors, PipelineError
from ..rules.table_component import TablePipe

FINDING = "finding"


class FindingTablePipe(TablePipe[FindingRule, FindingFinder]):
    """A component whose rules are a table of findings. A saved pipeline holds the table.

    name (str): The component's name.
    tables (Iterable[str]): Packaged schemes and files.
    lang (str): The pipeline's language: the packaged schemes are English.
    """

    file_name = "findings.tsv"
    parse = staticmethod(parse_finding_rules)
    format = staticmethod(format_finding_rules)

    def __init__(self, name: str, tables: Iterable[str], lang: str = "en"):
        self.lang = lang
        super().__init__(name, tables)

    def load(self, names: Iterable[str]) -> list[FindingRule]:
        """RETURNS (list[FindingRule]): The rules of packaged schemes and files. Raises
        PipelineError for a packaged one in a pipeline of another language."""
        tables = list(names)
        if self.lang != "en":
            for table in tables:
                if table in ENGLISH:
                    found = {"component": self.name, "lang": self.lang, "table": table}
                    raise PipelineError(Errors.SC985.format(**found))
        return load_finding_rules(tables)

    def build(self, rules: list[FindingRule]) -> FindingFinder:
        """RETURNS (FindingFinder): What finds the phrases."""
        return FindingFinder(rules)
