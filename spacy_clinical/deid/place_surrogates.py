"""Surrogates of hospitals, organisations, streets and places: their own words are exchanged, words
such as "Medical Center" and "Street" stay."""

import re

from ..docs.lookalike_characters import MARKS, UNSEEN, plain
from .code_surrogates import replace_code
from .surrogate_lists import places
from .surrogates import Surrogates

_ALNUM = rf"[^\W_]+(?:[{MARKS}{UNSEEN}]+[^\W_]*)*"
_WORD = re.compile(rf"{_ALNUM}(?:['’.\-\u2010\u2011]{_ALNUM})*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ZH_KEPT = re.compile(
    r"(?:第?[一二三四五六七八九十]+)?(?:人民|中心|附属|大学|中医|儿童|妇幼|协和)*(?:医院|卫生院|诊所)"
    r"|省|市|区|县|镇|乡|村|路|街|巷|号|室|栋|单元|\d+"
)
KEPT = frozenset(
    [
        "hospital",
        "hospitals",
        "clinic",
        "clinics",
        "medical",
        "center",
        "centre",
        "health",
        "healthcare",
        "memorial",
        "regional",
        "general",
        "children's",
        "community",
        "university",
        "college",
        "school",
        "high",
        "elementary",
        "middle",
        "institute",
        "care",
        "nursing",
        "home",
        "urgent",
        "cancer",
        "heart",
        "family",
        "surgery",
        "rehabilitation",
        "group",
        "network",
        "system",
        "systems",
        "inc",
        "llc",
        "ltd",
        "corp",
        "corporation",
        "company",
        "co",
        "insurance",
        "bank",
        "church",
        "department",
        "police",
        "fire",
        "facility",
        "correctional",
        "street",
        "st",
        "avenue",
        "ave",
        "road",
        "rd",
        "lane",
        "ln",
        "drive",
        "dr",
        "boulevard",
        "blvd",
        "court",
        "ct",
        "place",
        "pl",
        "terrace",
        "terr",
        "way",
        "circle",
        "parkway",
        "highway",
        "hwy",
        "square",
        "trail",
        "alley",
        "crescent",
        "close",
        "row",
        "mews",
        "quay",
        "plaza",
        "apt",
        "apartment",
        "suite",
        "ste",
        "unit",
        "flat",
        "room",
        "of",
        "the",
        "and",
        "for",
        "in",
        "at",
        "north",
        "south",
        "east",
        "west",
        "route",
        "hospitalario",
        "klinik",
        "klinikum",
        "krankenhaus",
        "universitätsklinikum",
        "calle",
        "avenida",
        "plaza",
        "c",
        "straße",
        "str",
        "weg",
        "platz",
        "allee",
    ]
)


def replace_place(surrogates: Surrogates, patient: str, label: str, text: str) -> str:
    """Give a place's surrogate.

    surrogates (Surrogates): Where it comes from.
    patient, label (str): Whose note it is in, and its kind.
    text (str): The place.
    RETURNS (str): The surrogate, written like it: digits and acronyms letter by letter, each run
        of own words as one word.
    """
    if _HAN.search(text):
        return _chinese(surrogates, patient, text)
    fixed = {"COUNTRY": "country", "STATE": "state letters" if text.isupper() else "state"}
    if label in fixed:
        return _pick(surrogates, patient, fixed[label], text)
    if text.isupper() and text.isalpha() and len(text) <= 6:
        return replace_code(surrogates, patient, label, text)
    return _own_words(surrogates, patient, label, text)


def _own_words(surrogates: Surrogates, patient: str, label: str, text: str) -> str:
    found, at, run = "", 0, list[re.Match[str]]()
    for match in [*_WORD.finditer(text), None]:
        is_own = match is not None and not _is_kept(match.group())
        if is_own and match is not None:
            run.append(match)
            continue
        if run:
            own = text[run[0].start() : run[-1].end()]
            found += text[at : run[0].start()] + _pick(surrogates, patient, "place", own)
            at, run = run[-1].end(), []
        if match is not None and any(sign.isdigit() for sign in match.group()):
            found += text[at : match.start()]
            found += replace_code(surrogates, patient, label, match.group())
            at = match.end()
    return found + text[at:]


def _is_kept(word: str) -> bool:
    return plain(word).lower().rstrip(".") in KEPT or any(sign.isdigit() for sign in word)


def _pick(surrogates: Surrogates, patient: str, kind: str, text: str) -> str:
    pool = places()[kind]
    value = " ".join(plain(word.group()).lower() for word in _WORD.finditer(text))
    number = surrogates.number(patient, kind, value, len(pool))
    chosen = pool[number] if pool[number].lower() != value else pool[(number + 1) % len(pool)]
    if text.isupper() and len(text) > 1:
        return chosen.upper()
    return chosen.lower() if text.islower() else chosen


def _chinese(surrogates: Surrogates, patient: str, text: str) -> str:
    pool = places()["place zh"]
    found, at = "", 0
    for match in _ZH_KEPT.finditer(text):
        if match.start() > at:
            own = text[at : match.start()]
            found += pool[surrogates.number(patient, "place zh", own, len(pool))]
        kept = match.group()
        found += replace_code(surrogates, patient, "STREET", kept) if kept.isdigit() else kept
        at = match.end()
    if at < len(text):
        found += pool[surrogates.number(patient, "place zh", text[at:], len(pool))]
    return found
