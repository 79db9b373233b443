"""Contrast of every colour, in both themes."""

import pytest

from spacy_clinical.viewer.palette import COLOURS, DARK, LIGHT, Theme, contrast, line, mix, tint


def test_known_contrasts() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(theme: Theme) -> None:
    assert contrast(theme.ink, theme.paper) >= 7
    assert contrast(theme.quiet, theme.paper) >= 4.5
    for number in range(COLOURS):
        assert contrast(theme.ink, tint(number, theme)) >= 7
        assert contrast(line(number, theme), theme.paper) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_differ(theme: Theme) -> None:
    assert len({line(i, theme) for i in range(COLOURS)}) == COLOURS
    assert len({tint(i, theme) for i in range(COLOURS)}) == COLOURS
    assert line(COLOURS, theme) == line(0, theme)
