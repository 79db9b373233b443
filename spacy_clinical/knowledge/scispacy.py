"""scispaCy's linker on our knowledge bases, where the extra `scispacy` is installed.

    nlp.add_pipe("scispacy_linker", config={"candidate_generator":
        {"@misc": "spacy-clinical.ScispacyCandidates.v1", "kb": "FOLDER"}})

scispaCy's own way to a new index refuses scipy 1.11 and later, so its parts are made here: the same
vectorizer, without its demand that a trigram stands in ten names, and the same graph.
"""

from pathlib import Path
from typing import Any

import numpy

from ..errors import Errors, KnowledgeError
from .base import KnowledgeBase
from .build import CONCEPTS

# As scispaCy builds its published indices.
GRAPH = {"M": 100, "efConstruction": 2000, "post": 0}


def make_candidates(kb: Path | str, ef_search: int = 200, threads: int = 1) -> Any:
    """Make scispaCy's candidate generator for a knowledge base. The index is built in memory.

    kb (Path | str): The base, see `build_base`.
    ef_search (int): How thoroughly the graph is searched.
    threads (int): To build the graph with.
    RETURNS (scispacy.candidate_generation.CandidateGenerator): For `scispacy_linker`.
    """
    try:
        import nmslib
        from scispacy.candidate_generation import CandidateGenerator
        from scispacy.linking_utils import KnowledgeBase as ScispacyBase
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError as error:
        raise KnowledgeError(Errors.SC615.format(error=error)) from None
    base = ScispacyBase(str(KnowledgeBase(kb).folder / CONCEPTS))
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), dtype=numpy.float32)
    names = [name for name in base.alias_to_cuis if any(map(str.isalnum, name))]
    index = nmslib.init(
        method="hnsw", space="cosinesimil_sparse", data_type=nmslib.DataType.SPARSE_VECTOR
    )
    index.addDataPointBatch(vectorizer.fit_transform(names))
    index.createIndex({**GRAPH, "indexThreadQty": threads}, print_progress=False)
    index.setQueryTimeParams({"efSearch": ef_search})
    return CandidateGenerator(index, vectorizer, names, base)
