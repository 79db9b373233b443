"""One real Spark session: skipped where pyspark or Java is missing. A task may fail three times."""

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import spacy


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    if os.environ.get("JAVA_HOME") is None and shutil.which("java") is None:
        pytest.skip("no Java: apt-get install openjdk-17-jre-headless")
    wanted = "pyspark is not installed: pip install spacy-clinical[spark-local]"
    session_of = pytest.importorskip("pyspark.sql", reason=wanted).SparkSession
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = session_of.builder.master("local[2,4]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.python.daemon.module", "spacy_clinical.spark.daemon")
    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    builder = builder.config("spark.driver.extraJavaOptions", quick)
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a pipeline that finds identifiers by rules."""
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_deid")
    path = tmp_path_factory.mktemp("deid") / "model"
    nlp.to_disk(path)
    return str(path)
