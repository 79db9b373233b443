"""The pipeline of a worker: the driver's, by hash."""

from pathlib import Path
from typing import TYPE_CHECKING

from ..batch.arrow_worker_job import ArrowJob
from ..errors import Errors, ServeError
from ..pipeline_folder import find_folder, fingerprint_folder

if TYPE_CHECKING:
    from spacy.language import Language


def hash_model(model: str) -> str:
    """RETURNS (str): The hash of a pipeline's files, which isn't loaded for it."""
    return fingerprint_folder(find_folder(model))


def load_pipeline(job: ArrowJob) -> "Language":
    """Load a job's pipeline; if it was packaged, its files are verified.

    job (ArrowJob): The job.
    RETURNS (Language): The pipeline. Raises ServeError where the files aren't the driver's,
        PipelineError and KnowledgeError where a component has no base.
    """
    from ..installed import load_model, open_bases
    from ..packaging.manifest import MANIFEST
    from ..packaging.verification import load

    found = hash_model(job.model)
    if found != job.model_hash:
        message = Errors.SC937.format(model=job.model, found=found, expected=job.model_hash)
        raise ServeError(message)
    packaged = (Path(find_folder(job.model)) / MANIFEST).is_file()
    nlp = load(job.model) if packaged else load_model(job.model)
    open_bases(nlp)
    return nlp
