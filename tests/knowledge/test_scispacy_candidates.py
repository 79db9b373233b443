"""scispaCy's linker on our base, where it is installed; a clear error where it isn't."""

from importlib.util import find_spec
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Span

from spacy_clinical.errors import KnowledgeError
from spacy_clinical.knowledge.scispacy_candidates import make_candidates


@pytest.mark.skipif(find_spec("scispacy") is not None, reason="scispaCy is installed")
def test_without_scispacy(tiny_base: Path) -> None:
    with pytest.raises(KnowledgeError, match="SC615"):
        make_candidates(tiny_base)


def test_scispacy_links_to_our_base(tiny_base: Path) -> None:
    pytest.importorskip("scispacy.linking", reason="scispaCy needs an environment of its own")
    nlp = spacy.blank("en")
    generator = {"@misc": "spacy-clinical.ScispacyCandidates.v1", "kb": str(tiny_base)}
    nlp.add_pipe("scispacy_linker", config={"candidate_generator": generator, "threshold": 0.5})
    doc = nlp.make_doc("racing hearts")
    doc.ents = [Span(doc, 0, 2, "SIGN")]
    ((concept, score), *_) = nlp.get_pipe("scispacy_linker")(doc).ents[0]._.kb_ents
    assert concept == "C0000002"
    assert score > 0.5
