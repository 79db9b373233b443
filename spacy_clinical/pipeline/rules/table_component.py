"""What components with tables of rules share: read when made, and saved inside the pipeline."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

from spacy.pipeline import Pipe

from ...errors import ContextError, Errors
from ...files import new_file

RuleT = TypeVar("RuleT")
FinderT = TypeVar("FinderT")


class TablePipe(Pipe, ABC, Generic[RuleT, FinderT]):
    """A component whose rules are tables.

    A saved pipeline holds them, so that it needs no file of the machine that it was made on: a path
    in its config that isn't there counts only if rules are needed before they are loaded.

    A subclass gives the abstract methods.
    """

    file_name = "rules.tsv"
    name: str

    def __init__(self, name: str, tables: Iterable[str]):
        self.name = name
        self._tables = list(tables)
        self._missing = [path for path in self._tables if is_missing(path)]
        self._rules: list[RuleT] = []
        self._finder: FinderT | None = None
        if not self._missing:
            self.rules = self.load(self._tables)

    @abstractmethod
    def load(self, names: Iterable[str]) -> list[RuleT]:
        """RETURNS (list[RuleT]): The rules of packaged tables and files."""

    @abstractmethod
    def parse(self, text: str, source: str) -> list[RuleT]:
        """RETURNS (list[RuleT]): The rules in a table's text."""

    @abstractmethod
    def format(self, rules: list[RuleT]) -> str:
        """RETURNS (str): A table that `parse` reads."""

    @abstractmethod
    def build(self, rules: list[RuleT]) -> FinderT:
        """RETURNS (FinderT): What applies the rules."""

    @property
    def rules(self) -> list[RuleT]:
        """RETURNS (list[RuleT]): The rules. Raises ContextError where their file is missing."""
        if self._missing:
            raise ContextError(Errors.SC320.format(path=self._missing[0]))
        return self._rules

    @rules.setter
    def rules(self, rules: list[RuleT]) -> None:
        self._missing, self._rules, self._finder = [], rules, None

    @property
    def finder(self) -> FinderT:
        """RETURNS (FinderT): Applies the rules; built when it is first needed, as those of a saved
        pipeline take the place of its config's. Raises ContextError where their file is missing."""
        if self._finder is None:
            self._finder = self.build(self.rules)
        return self._finder

    def add_rules(self, *names: str) -> None:
        """Add tables; their rules hold over earlier ones for the same phrases.

        names (str): Packaged tables or files. Raises ContextError, with file and line.
        """
        self.rules = [*self.rules, *self.load(names)]

    def to_bytes(self, **kwargs: Any) -> bytes:
        """RETURNS (bytes): The rules as a table."""
        return self.format(self.rules).encode()

    def from_bytes(self, data: bytes, **kwargs: Any) -> "TablePipe[RuleT, FinderT]":
        """Take rules over from `to_bytes`.

        data (bytes): The table.
        RETURNS (TablePipe): This component.
        """
        self.rules = self.parse(data.decode(), self.name)
        return self

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Write the rules.

        path (str | Path): A folder, which gets the table `rules.tsv`.
        """
        with new_file(Path(path) / self.file_name) as file:
            file.write(self.to_bytes())

    def from_disk(self, path: str | Path, **kwargs: Any) -> "TablePipe[RuleT, FinderT]":
        """Read the rules.

        path (str | Path): The folder.
        RETURNS (TablePipe): This component.
        """
        file = Path(path) / self.file_name
        if not file.is_file():
            raise ContextError(Errors.SC320.format(path=file))
        self.rules = self.parse(file.read_text(encoding="utf-8"), str(file))
        return self


def is_missing(name: str) -> bool:
    """RETURNS (bool): Whether a table is a file that isn't there, or was forgotten: a variable such
    as `${paths.x}` in a list is "null" where the path is null (confection 1.3.4)."""
    path = Path(name)
    return name == "null" or ((bool(path.suffix) or len(path.parts) > 1) and not path.is_file())
