"""Where Spark's Python workers are forked from, with all that they need in it already:
`--conf spark.python.daemon.module=spacy_clinical.spark.daemon`.

Without it each worker imports torch and spaCy, and loads the pipeline, for itself: seconds of its
processor, and its own memory. A pipeline that the executors' environment names
(`--conf spark.executorEnv.SPACY_CLINICAL_PRELOAD=en_x`) is loaded here, once for all of them.
"""

import gc
import os
import sys
from contextlib import redirect_stdout

PRELOAD = "SPACY_CLINICAL_PRELOAD"


def preload() -> None:
    """Import, and load a pipeline, if one is named. What can't be loaded the workers tell of, who
    try again."""
    from ..batch.arrow_rows import find_annotator
    from ..batch.arrow_worker_job import ArrowJob
    from ..errors import SpacyClinicalError
    from .worker_pipeline import hash_model, load_pipeline

    model = os.environ.get(PRELOAD)
    try:
        if model:
            find_annotator(ArrowJob(model, hash_model(model)), load_pipeline)
    except SpacyClinicalError as error:
        sys.stderr.write(f"{error}\n")
    gc.collect()
    gc.freeze()


def main() -> None:
    """Be Spark's daemon, which tells its port on the standard output: nothing else may."""
    from pyspark import daemon

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    with redirect_stdout(sys.stderr):
        preload()
    daemon.manager()


if __name__ == "__main__":
    main()
