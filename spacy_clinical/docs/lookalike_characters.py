"""One spelling of words that look alike, and patterns that find a value as a whole."""

import re
import unicodedata

# Combining marks of Latin, Greek, Cyrillic, Hebrew and Arabic letters.
MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
)
# Characters that nobody sees: soft hyphen, joiners, blanks of no width, marks of direction.
UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
LETTERS = rf"[^\W\d_]+(?:[{MARKS}{UNSEEN}]+[^\W\d_]*)*"
_HIDDEN = re.compile(f"[{UNSEEN}]+")
_HYPHENS = str.maketrans("\u2018\u2019\u02bc\u2010\u2011", "'''--")
_BETWEEN = r"[\s./()_\u2013\u2014-]{0,3}"
LOOSE = 6  # letters and digits from which on a code may have other signs: 12.34 is a value too
_SCRIPTS = "\u2e80-\U0010ffff"  # those without blanks between words


def plain(text: str) -> str:
    """RETURNS (str): A text in Unicode's composed form (NFC) without unseen characters, apostrophes
    and hyphens each of one kind."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _HIDDEN.sub("", text)).translate(_HYPHENS)


def spelled(sign: str) -> str:
    """RETURNS (str): A pattern for a character of a plain text, composed or not, with unseen
    characters behind it."""
    ways = dict.fromkeys((sign, unicodedata.normalize("NFD", sign)))
    if sign in "'-":
        ways |= dict.fromkeys("\u2018\u2019\u02bc" if sign == "'" else "\u2010\u2011")
    choice = "|".join(map(re.escape, ways))
    return f"(?:{choice})[{UNSEEN}]*" if len(ways) > 1 else f"{choice}[{UNSEEN}]*"


def sign_by_sign(value: str) -> str:
    """RETURNS (str): A pattern for the letters and digits of a plain code or number, whatever signs
    stand between them: "(208) 555-0133" and "2085550133" are one."""
    return _BETWEEN.join(map(spelled, filter(str.isalnum, value)))


def bounded(pattern: str, value: str) -> str:
    """RETURNS (str): A pattern for a value that isn't part of a longer word or number; in a script
    without blanks anywhere."""
    before = rf"(?<![^\W_{_SCRIPTS}])" if value[0] < "\u2e80" else ""
    behind = rf"(?![^\W_{_SCRIPTS}]|[{MARKS}])" if value[-1] < "\u2e80" else ""
    return f"{before}{pattern}{behind}"
