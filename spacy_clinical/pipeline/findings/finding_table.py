"""What the two components with a table of findings share."""

from ...context.findings import (
    FindingFinder,
    FindingRule,
    format_finding_rules,
    load_finding_rules,
    parse_finding_rules,
)
from ..rules.table_component import TablePipe

FINDING = "finding"


class FindingTablePipe(TablePipe[FindingRule, FindingFinder]):
    """A component whose rules are a table of findings. A saved pipeline holds the table."""

    file_name = "findings.tsv"
    load = staticmethod(load_finding_rules)
    parse = staticmethod(parse_finding_rules)
    format = staticmethod(format_finding_rules)

    def build(self, rules: list[FindingRule]) -> FindingFinder:
        """RETURNS (FindingFinder): What finds the phrases."""
        return FindingFinder(rules)
