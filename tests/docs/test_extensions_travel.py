"""Extensions can be pickled, so that processes may start by spawn or forkserver."""

import pickle

import pytest
import spacy
from spacy.tokens import Doc, Span, Token
from spacy.tokens.underscore import Underscore

from spacy_clinical.docs import (
    install_concept_extensions,
    install_extensions,
    install_link_extensions,
)


@pytest.mark.parametrize("kind", [Doc, Span, Token])
def test_each_extension_can_be_pickled(kind: type) -> None:
    nlp = spacy.blank("en")
    for name in ("clinical_sections", "clinical_abbreviations", "clinical_context"):
        nlp.add_pipe(name)
    install_extensions(), install_concept_extensions(), install_link_extensions()
    state = Underscore.get_state()
    assert pickle.loads(pickle.dumps(state))
    assert kind is Token or any(name.startswith(("rel", "is_neg")) for name in state[1])
