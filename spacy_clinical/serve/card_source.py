"""Where the cards of CDS Hooks come from: rules over a graph of patients' notes."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from typer import Option

from ..decisions import decide
from ..decisions.cds_hooks import cards
from ..decisions.rule_sources import gather_rules, read_born
from ..errors import CommandError, Errors
from ..knowledge.terminology_bases import open_base


@dataclass(frozen=True)
class CardSource:
    """Where cards come from. All patients' are made when the service starts, as of their newest
    notes: what a graph says later is seen by a service that starts later.

    graph (Path | None): CDS Hooks: the patients' graph.
    rules (list[Path]): Folder with rules.tsv and sets.tsv.
    examples (bool): The example rules, not for care.
    kb (Path | None): A knowledge base for the rules.
    born (Path | None): TSV of `patient` and `born`, for rules on age.
    """

    graph: Annotated[Path | None, Option("--graph", exists=True)] = None
    rules: Annotated[list[Path], Option("--rules", "-r")] = field(default_factory=list)
    examples: Annotated[bool, Option("--examples")] = False
    kb: Annotated[Path | None, Option("--kb")] = None
    born: Annotated[Path | None, Option("--born")] = None

    def __post_init__(self) -> None:
        if self.graph is None and (self.rules or self.examples):
            expected = "--graph with the patients"
            raise CommandError(Errors.SC930.format(what="A rule", expected=expected))

    def load(self) -> dict[str, bytes]:
        """RETURNS (dict[str, bytes]): Patient to the answer to a hook; none without a graph. Raises
        SpacyClinicalError where graph, rules or base can't be read."""
        if self.graph is None:
            return {}
        book = gather_rules(self.rules, examples=self.examples)
        made = decide(self.graph, book, kb=open_base(self.kb), born=read_born(self.born))
        return {one.patient: to_bytes(cards(one, example=self.examples)) for one in made}


def to_bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
