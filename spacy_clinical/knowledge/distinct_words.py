"""Words that are a letter or an ending apart and yet two words: "ureteral" is no typing error of
"urethral", nor dysphagia of dysphasia, nor nephrosis of nephritis.

That a text's word is one of its own is known from the base, where another name has it, and from the
stems and endings here, where none has.
"""

import re
from collections.abc import Set
from functools import lru_cache

_STEMS = (
    "ureter urethr", "ile ili", "perine perone peritone perineur", "arteri arthr",
    "dysphagi dysphasi dysphoni dysphori dysplasi dyslexi", "aphagi aphasi aphoni", "myel myo myx",
    "nephr neur necr", "carotid parotid", "cerebell cerebr", "bronch brach branch", "fasci faci",
    "lymphaden lymphang", "menorr metrorr", "mastit mastoid", "palpit palpat palpebr", "pleur prur",
    "prostat prostrat", "trochle trochant cochle", "varicel varicoc", "vertebr ventr",
    "cirrh scirrh", "scler scoli", "uve uvul", "thym thyr", "anuri enure",
    "cholecyst choledoch cholang", "salping syring", "abduct adduct", "afferent efferent",
    "pyel pyl", "radicul reticul", "sarcoid sarcom", "ketos keratos", "atresi atax",
    "spondylit spondylolys spondylolisth spondylos", "humer humor", "tendin tinn",
)  # fmt: skip
_ENDINGS = (
    # as `name_key` has them: "osis" is "os"
    "itis os opathy algia oma", "ectomy otomy ostomy oplasty oscopy", "emia uria",
)  # fmt: skip
# Letters by which one word is spelled in two ways.
_SPELLINGS = (
    ("ae", "e"),
    ("oe", "e"),
    ("ph", "f"),
    ("rh", "r"),
    ("c", "k"),
    ("z", "s"),
    ("y", "i"),
)
_TWICE = re.compile(r"(.)\1")
_FIRST, _LAST, _BETWEEN = 2, 3, 2  # letters that are the same before and behind those that aren't


def are_distinct(word: str, other: str, known: Set[str] = frozenset()) -> bool:
    """Say whether two words that look alike are two words.

    word (str): A text's, as `name_key` has it.
    other (str): A name's.
    known (Set[str]): The text's words that names of the base have.
    RETURNS (bool): Whether they differ by their stem or ending as medical words do, or by a letter
        or two within, where both are words of the base.
    """
    if word in known and _is_near(word, other):
        return True
    own, others = _parts_of(word), _parts_of(other)
    return any(group in others and others[group] != part for group, part in own.items())


@lru_cache(100_000)
def _parts_of(word: str) -> dict[str, str]:
    """The part of each group that a word begins or ends with; of endings by what stands before."""
    found = {}
    for group in _STEMS:
        part = max(filter(word.startswith, group.split()), key=len, default="")
        if part:
            found[group] = part
    for group in _ENDINGS:
        part = max(filter(word.endswith, group.split()), key=len, default="")
        if part:
            found[f"{word.removesuffix(part)} {group}"] = part
    return found


def _is_near(word: str, other: str) -> bool:
    """Whether a letter or two within two words are all that differs, and not by spelling."""
    front = _same(word, other)
    rest, others = word[front:], other[front:]
    back = _same(rest[::-1], others[::-1])
    apart = max(len(rest), len(others)) - back
    if front < _FIRST or back < _LAST or not 0 < apart <= _BETWEEN:
        return False
    return _spelled(word) != _spelled(other)


def _same(word: str, other: str) -> int:
    """How many letters two words begin with."""
    pairs = enumerate(zip(word, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(word), len(other)))


def _spelled(word: str) -> str:
    for one, other in _SPELLINGS:
        word = word.replace(one, other)
    return _TWICE.sub(r"\1", word)
