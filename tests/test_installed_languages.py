"""A language whose package is missing is told from one that there isn't."""

from importlib.util import find_spec

import pytest

from spacy_clinical.errors import CommandError
from spacy_clinical.installed import blank_language


@pytest.mark.skipif(
    find_spec("sudachipy") is not None, reason="Japanese can be cut into words here"
)
def test_a_language_whose_package_is_missing() -> None:
    with pytest.raises(CommandError, match=r"SC506.*SudachiPy"):
        blank_language("ja")


def test_no_language() -> None:
    with pytest.raises(CommandError, match="SC519"):
        blank_language("zz")
