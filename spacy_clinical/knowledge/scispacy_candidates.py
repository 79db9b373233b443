"""scispaCy's linker on our knowledge bases, where the extra `scispacy` is installed.

    nlp.add_pipe("scispacy_linker", config={"candidate_generator":
        {"@misc": "spacy-clinical.ScispacyCandidates.v1", "kb": "FOLDER"}})

scispaCy's own way to a new index refuses scipy 1.11 and later, so its parts are made here: the same
vectorizer, without its demand that a trigram stands in ten names, and the same graph. Making the
graph takes minutes; `cache` names a folder that keeps it.
"""

import json
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy

from ..errors import Errors, KnowledgeError
from ..files import new_file
from .base_builder import CONCEPTS
from .knowledge_base import KnowledgeBase

# As scispaCy builds its published indices.
GRAPH = {"M": 100, "efConstruction": 2000, "post": 0}


def make_candidates(
    kb: Path | str, ef_search: int = 200, threads: int = 1, cache: Path | str | None = None
) -> Any:
    """Make scispaCy's candidate generator for a knowledge base.

    kb (Path | str): The base, see `build_from_facts`.
    ef_search (int): How thoroughly the graph is searched.
    threads (int): To build the graph with.
    cache (Path | str | None): Folder that keeps graphs, each under a name that its names give: one
        that is there is read. None to build the graph anew, in memory.
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
    # scispaCy reads them from sets: in another order in each process.
    names = sorted(name for name in base.alias_to_cuis if any(map(str.isalnum, name)))
    index = nmslib.init(
        method="hnsw", space="cosinesimil_sparse", data_type=nmslib.DataType.SPARSE_VECTOR
    )
    index.addDataPointBatch(vectorizer.fit_transform(names))
    kept = Path(cache) / f"{_digest(names)}.nmslib" if cache else None
    if kept is not None and kept.is_file():
        index.loadIndex(str(kept))
    else:
        index.createIndex({**GRAPH, "indexThreadQty": threads}, print_progress=False)
        _keep(index, kept)
    index.setQueryTimeParams({"efSearch": ef_search})
    return CandidateGenerator(index, vectorizer, names, base)


def _digest(names: Sequence[str]) -> str:
    text = "\n".join([json.dumps(GRAPH), *names])
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _keep(index: Any, path: Path | None) -> None:
    """Save a graph, unless there is no place for it."""
    if path is not None:
        with new_file(path) as file:
            index.saveIndex(file.name)
