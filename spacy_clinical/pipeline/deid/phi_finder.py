"""Everything that finds identifiers, over one Doc."""

from collections.abc import Sequence
from functools import cache

from spacy.tokens import Doc

from ...doc_text import text_of
from ...docs.phi import Identifier, get_meta, set_identifiers
from .known_person import KnownPerson
from .locale_rules import DeidRules
from .locale_tables import Lexicon
from .overlapping_finds import unite
from .phi_labels import read_labels
from .repetition import repeat
from .text_words import Words


class PhiFinder:
    """Finds identifiers by rules and by what is known, and stores them with what a model found.

    rules (DeidRules | None): The rules.
    known (KnownPerson | None): Which meta fields tell what of the person.
    repeat (bool): Look for what is found once in the whole note.
    key (str): The span group to write.
    """

    def __init__(
        self, rules: DeidRules | None, known: KnownPerson | None, *, repeat: bool, key: str
    ):
        self.rules, self.known, self.repeat, self.key = rules, known, repeat, key

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The labels that can be given."""
        return tuple(read_labels())

    @property
    def tables(self) -> dict[str, str]:
        """RETURNS (dict[str, str]): Names and texts of the user's tables."""
        return {} if self.rules is None else self.rules.tables

    @tables.setter
    def tables(self, tables: dict[str, str]) -> None:
        if self.rules is not None:
            self.rules.tables = tables

    def annotate(self, doc: Doc, seen: Sequence[Identifier] = ()) -> None:
        """Find the identifiers of a document, and store them.

        doc (Doc): The document.
        seen (Sequence[Identifier]): What a model found.
        """
        locales = () if self.rules is None else self.rules.names
        set_identifiers(doc, self.find(doc, seen), self.key, locales=locales)

    def find(self, doc: Doc, seen: Sequence[Identifier] = ()) -> list[Identifier]:
        """Find the identifiers of a document.

        doc (Doc): The document.
        seen (Sequence[Identifier]): What a model found.
        RETURNS (list[Identifier]): In text order, none overlapping another.
        """
        words, known = Words(text_of(doc)), []
        lexicon = _plain_lexicon() if self.rules is None else self.rules.lexicon
        if self.known is not None:
            known = self.known.find(words, get_meta(doc), lexicon)
        if self.rules is not None:
            return self.rules.find(words, unite(known), seen, self.repeat)
        found = [*known, *seen]
        again = repeat(found, words, lexicon, [True] * len(words)) if self.repeat else []
        return unite([*found, *again])


@cache
def _plain_lexicon() -> Lexicon:
    """What tells names from ordinary words where there are no rules."""
    return DeidRules(["en"]).lexicon
