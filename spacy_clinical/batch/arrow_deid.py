"""De-identification of notes in Arrow batches: what a job says of it, and hashes that only the
key's holder can guess."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import DeidError, Errors

if TYPE_CHECKING:
    from spacy.language import Language

    from ..deid.rewriter import Rewriter
    from ..deid.surrogates import Surrogates

HASH_BYTES = 16


class DeidJob(NamedTuple):
    """What is done with identifiers: names of files, never what is in them.

    policy (str): A packaged policy, or a table, the same on all machines.
    key (str): The file with the key, the same on all machines.
    fingerprint (str): Of both: a worker that has others refuses.
    patient_field (str): The meta field that says whose note it is, "" for the usual ones.
    keep_meta (tuple[str, ...]): Meta fields that stay as they are.
    """

    policy: str
    key: str
    fingerprint: str
    patient_field: str = ""
    keep_meta: tuple[str, ...] = ()


def make_deid_job(
    policy: str | Path, key: str | Path, patient_field: str, keep_meta: Collection[str]
) -> DeidJob:
    """RETURNS (DeidJob): With the fingerprint of what is in the files. Raises DeidError where one
    can't be used."""
    job = DeidJob(str(policy), str(key), "", patient_field, tuple(keep_meta))
    return job._replace(fingerprint=_rewriter(job, ()).fingerprint)


def make_rewriter(job: DeidJob, nlp: "Language") -> "Rewriter":
    """Make what de-identifies, on a worker.

    job (DeidJob): What is done.
    nlp (Language): The pipeline.
    RETURNS (Rewriter): Raises DeidError where the pipeline doesn't look for identifiers, and where
        policy or key aren't those of the driver.
    """
    from .deidentification_run import find_locales

    if _rewriter(job, ()).fingerprint != job.fingerprint:
        raise DeidError(Errors.SC917.format(what="Policy or key"))
    return _rewriter(job, find_locales(nlp))


def _rewriter(job: DeidJob, locales: tuple[str, ...]) -> "Rewriter":
    from ..deid.policy import Policy
    from ..deid.rewriter import Rewriter
    from ..deid.surrogates import Surrogates

    keyed = Surrogates.keyed(Path(job.key))
    return Rewriter(Policy.load(job.policy), keyed, job.patient_field, job.keep_meta, locales)


def keyed_hash(surrogates: "Surrogates", job: DeidJob, hash: str) -> str:
    """RETURNS (str): What is told in the place of a note's hash: a plain one of a short note can be
    guessed by trying, this one by holders of the key only. Under another policy it is another."""
    return surrogates.stream("", f"note hash {job.fingerprint}", hash, HASH_BYTES).hex()


def add_keyed(batches: Iterator[Any], column: str, name: str, job: DeidJob) -> Iterator[Any]:
    """Add to hashes what is told in their place.

    batches (Iterator[pyarrow.RecordBatch]): With a column of hashes.
    column, name (str): Its name, and that of the new one.
    job (DeidJob): Where the key is.
    YIELDS (pyarrow.RecordBatch): With the new column at the end.
    """
    from ..deid.surrogates import Surrogates
    from ..installed import need_extra

    surrogates = Surrogates.keyed(Path(job.key))
    arrow = need_extra("pyarrow", "Arrow", "parquet")
    for batch in batches:
        told = [keyed_hash(surrogates, job, hash) for hash in batch.column(column).to_pylist()]
        names = [*batch.schema.names, name]
        yield arrow.RecordBatch.from_arrays([*batch.columns, arrow.array(told)], names=names)
