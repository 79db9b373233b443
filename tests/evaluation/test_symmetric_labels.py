"""Which labels have no direction, in a pipeline of several components that relate."""

import spacy

from spacy_clinical.evaluation.pipeline_evaluation import symmetric_labels

SAME = {"SAME": {"head": ["SIGN"], "tail": ["SIGN"], "symmetric": True}}
LINKED = {
    "LINKED": {"head": ["DRUG"], "tail": ["DRUG"], "symmetric": True},
    "CAUSES": {"head": ["DRUG"], "tail": ["SIGN"]},
}


def test_those_of_every_component() -> None:
    nlp = spacy.blank("en")
    assert symmetric_labels(nlp) is None
    nlp.add_pipe("clinical_rel", config={"relations": SAME})
    assert symmetric_labels(nlp) == {"SAME"}
    nlp.add_pipe("clinical_concept_rel", config={"relations": LINKED})
    assert symmetric_labels(nlp) == {"SAME", "LINKED"}
