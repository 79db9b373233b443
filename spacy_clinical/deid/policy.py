"""What is done with each kind of identifier: a table of labels and actions."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..context.rule_tables import malformed, read_table
from ..errors import DeidError, Errors
from ..pipeline.deid.phi_labels import group_of
from .age_surrogates import OLD, is_old

POLICIES = Path(__file__).parent / "data" / "policies"
ACTIONS = (
    "keep",
    "label",
    "surrogate",
    "shift",
    "year",
    "zip3",
    "age90",
    "remove",
    "format",
)
KEYED = ("surrogate", "shift", "format")
ALL_OTHERS = "*"


@dataclass(frozen=True)
class Policy:
    """What is done with each kind of identifier.

    name (str): What it is called in reports.
    actions (dict[str, tuple[str, str]]): Action and argument for each label or group, and for "*",
        all others. The argument of "label" is the text to write, "" for the label in brackets;
        that of "shift" is "week" for whole weeks.
    """

    name: str
    actions: dict[str, tuple[str, str]]

    @classmethod
    def load(cls, source: str | Path) -> "Policy":
        """Read a policy.

        source (str | Path): A packaged one (hipaa, i2b2, gdpr, mask, remove) or a table of label,
            action and argument.
        RETURNS (Policy): Raises ContextError where the table can't be read, DeidError where it
            names no packaged one or says nothing of other labels.
        """
        path = _find(source)
        actions = {}
        for where, cells in read_table(path):
            if len(cells) not in (2, 3) or cells[1] not in ACTIONS:
                expected = f"a label and one of {', '.join(ACTIONS)}"
                raise malformed(where, f"{cells[1:2]}", expected)
            actions[cells[0]] = cells[1], "".join(cells[2:])
        if ALL_OTHERS not in actions:
            raise DeidError(Errors.SC903.format(path=path))
        return cls(path.stem, actions)

    def action(self, label: str) -> tuple[str, str]:
        """RETURNS (tuple[str, str]): Action and argument for a label: its own, its group's, or
        that of all others."""
        for name in (label, group_of(label), ALL_OTHERS):
            if name in self.actions:
                return self.actions[name]
        raise DeidError(Errors.SC903.format(path=self.name))

    @property
    def needs_key(self) -> bool:
        """RETURNS (bool): Whether an action needs surrogates."""
        return any(action in KEYED for action, _ in self.actions.values())

    @property
    def kept(self) -> list[str]:
        """RETURNS (list[str]): The labels that it leaves as they are."""
        labels = [label for label, (action, _) in self.actions.items() if action == "keep"]
        return [label for label in labels if label != ALL_OTHERS]

    def has_surrogates(self, label: str) -> bool:
        """RETURNS (bool): Whether it puts something of the same looks in a label's place."""
        return self.action(label)[0] in KEYED

    def touches(self, label: str, text: str) -> bool:
        """Tell whether an identifier would be changed: an age under 90 isn't by "age90".

        label (str): Its label.
        text (str): Its text.
        RETURNS (bool): Whether it would.
        """
        action, _ = self.action(label)
        if action == "keep":
            return False
        if action == "age90":
            return is_old(text)
        if action == "year" and text.isdecimal() and len(text) == 4:
            return int(text) <= date.today().year - OLD
        return True


def _find(source: str | Path) -> Path:
    path = Path(source)
    if path.suffix or len(path.parts) > 1:
        return path
    packaged = POLICIES / f"{source}.tsv"
    if not packaged.is_file():
        known = ", ".join(sorted(p.stem for p in POLICIES.glob("*.tsv")))
        raise DeidError(Errors.SC904.format(name=source, known=known))
    return packaged
