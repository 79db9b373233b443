"""The chapters of ICD-10-CM, which its order file doesn't hold (Tabular List, FY 2025)."""

from bisect import bisect_right
from typing import NamedTuple


class Chapter(NamedTuple):
    """A chapter.

    codes (str): Its first and last category, such as "E00-E89".
    title (str): Its title.
    """

    codes: str
    title: str


CHAPTERS = (
    Chapter("A00-B99", "Certain infectious and parasitic diseases"),
    Chapter("C00-D49", "Neoplasms"),
    Chapter("D50-D89", "Diseases of the blood and blood-forming organs and immune mechanism"),
    Chapter("E00-E89", "Endocrine, nutritional and metabolic diseases"),
    Chapter("F01-F99", "Mental, behavioral and neurodevelopmental disorders"),
    Chapter("G00-G99", "Diseases of the nervous system"),
    Chapter("H00-H59", "Diseases of the eye and adnexa"),
    Chapter("H60-H95", "Diseases of the ear and mastoid process"),
    Chapter("I00-I99", "Diseases of the circulatory system"),
    Chapter("J00-J99", "Diseases of the respiratory system"),
    Chapter("K00-K95", "Diseases of the digestive system"),
    Chapter("L00-L99", "Diseases of the skin and subcutaneous tissue"),
    Chapter("M00-M99", "Diseases of the musculoskeletal system and connective tissue"),
    Chapter("N00-N99", "Diseases of the genitourinary system"),
    Chapter("O00-O9A", "Pregnancy, childbirth and the puerperium"),
    Chapter("P00-P96", "Certain conditions originating in the perinatal period"),
    Chapter("Q00-Q99", "Congenital malformations, deformations and chromosomal abnormalities"),
    Chapter("R00-R99", "Symptoms, signs and abnormal clinical and laboratory findings"),
    Chapter("S00-T88", "Injury, poisoning and certain other consequences of external causes"),
    Chapter("U00-U85", "Codes for special purposes"),
    Chapter("V00-Y99", "External causes of morbidity"),
    Chapter("Z00-Z99", "Factors influencing health status and contact with health services"),
)
_FIRST = [chapter.codes[:3] for chapter in CHAPTERS]


def chapter_of(code: str) -> Chapter | None:
    """RETURNS (Chapter | None): The chapter that a code belongs to, None for one in no chapter."""
    place = bisect_right(_FIRST, code[:3]) - 1
    if place < 0 or code[:3] > CHAPTERS[place].codes[4:]:
        return None
    return CHAPTERS[place]
