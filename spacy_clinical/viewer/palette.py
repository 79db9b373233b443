"""Colours that colour-blind people can tell apart, made dark or light enough to be seen.

The hues are those of Okabe and Ito (2008), "Color Universal Design", then the muted scheme of Tol
(2021), "Colour Schemes" (SRON/EPS/TN/09-002); further labels get the same hues darker, then
bluer. Contrast is that of WCAG 2.
"""

from dataclasses import dataclass

OKABE_ITO = "#0072B2 #E69F00 #009E73 #CC79A7 #56B4E9 #D55E00 #F0E442 #999999"
TOL_MUTED = "#332288 #88CCEE #44AA99 #117733 #999933 #DDCC77 #CC6677 #882255 #AA4499"
HUES = (*OKABE_ITO.split(), *TOL_MUTED.split())
SHADES = ("", "#000000", "#6a5acd")  # what the hues of each round are mixed with
COLOURS = len(HUES) * len(SHADES)
LINE_CONTRAST = 3.0  # WCAG 2.1, 1.4.11, for lines


@dataclass(frozen=True)
class Theme:
    """Paper and ink.

    paper, ink, quiet (str): Background, text, and text of less weight.
    tint (float): How much of a hue goes into a highlight.
    """

    paper: str
    ink: str
    quiet: str
    tint: float


LIGHT = Theme(paper="#ffffff", ink="#1a1a1a", quiet="#595959", tint=0.22)
DARK = Theme(paper="#16181c", ink="#ececec", quiet="#a8adb5", tint=0.25)


def hue(number: int) -> str:
    """RETURNS (str): The colour of a label, of COLOURS; each comes again after them."""
    shade = SHADES[number // len(HUES) % len(SHADES)]
    colour = HUES[number % len(HUES)]
    return mix(colour, shade, 0.55) if shade else colour


def line(number: int, theme: Theme) -> str:
    """RETURNS (str): The colour of a label's line, with enough contrast to the paper."""
    colour = hue(number)
    share = 1.0
    while contrast(mix(colour, theme.ink, share), theme.paper) < LINE_CONTRAST:
        share -= 0.05
    return mix(colour, theme.ink, share)


def tint(number: int, theme: Theme) -> str:
    """RETURNS (str): The colour behind a label's text."""
    return mix(hue(number), theme.paper, theme.tint)


def mix(colour: str, other: str, share: float) -> str:
    """RETURNS (str): `share` of a colour and the rest of another, such as "#0072B2"."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def contrast(colour: str, other: str) -> float:
    """RETURNS (float): The contrast ratio of two colours, 1 to 21."""
    low, high = sorted(_luminance(c) for c in (colour, other))
    return (high + 0.05) / (low + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in _channels(colour)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
