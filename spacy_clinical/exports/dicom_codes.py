"""DICOM's codes (PS3.16): of findings and places by a table, else the words themselves."""

from typing import Any

from .fhir_codes import clean
from .mapping_tables import Mappings

# Coding schemes of one's own begin with "99" (PS3.16, section 8.2).
OWN, OWN_NAME = "99SPACYCLINICAL", "Words of reports; a code is its own meaning"
FINDING, SITE = "finding", "site"
LONGEST_MEANING = 64


def fits(words: str, longest: int) -> bool:
    """RETURNS (bool): Whether words are a value of VR LO or SH of that length: a backslash would
    part them in two (PS3.5, 6.2)."""
    return 0 < len(words) <= longest and "\\" not in words


class DicomCodes:
    """Makes coded concepts.

    sr (module): `highdicom.sr`.
    mappings (Mappings): With the table `dicom_codes`.
    """

    def __init__(self, sr: Any, mappings: Mappings):
        self.make = sr.CodedConcept
        rows = mappings.read("dicom_codes")
        self.known = {
            (row["what"], row["words"].casefold()): (row["code"], row["scheme"], row["meaning"])
            for row in rows
        }

    def find(self, what: str, words: str) -> Any | None:
        """Code words.

        what (str): FINDING or SITE.
        words (str): The words.
        RETURNS (CodedConcept | None): None for words that no code can be made of.
        """
        said = clean(words)
        if known := self.known.get((what, said.casefold())):
            return self.make(*known)
        return self.make(said, OWN, said) if fits(said, LONGEST_MEANING) else None

    def own(self, words: str) -> Any:
        """RETURNS (CodedConcept): A concept of the private scheme."""
        return self.make(words, OWN, words)
