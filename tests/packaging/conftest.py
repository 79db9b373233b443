"""A packaged pipeline, its files sealed by their manifest."""

import shutil
from pathlib import Path

import pytest

from spacy_clinical.packaging.wheel import PackageSettings, package

from ..cli.trained import train_tiny

PACKAGE = "en_clinical_tiny"


@pytest.fixture(scope="session")
def sealed(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a pipeline inside its package, as `package` writes it."""
    output = tmp_path_factory.mktemp("sealed")
    settings = PackageSettings(name="clinical_tiny", version="0.1.0", build=("none",))
    made = package(train_tiny(tiny_encoder), output, settings)
    return made.folder / PACKAGE / f"{PACKAGE}-0.1.0"


@pytest.fixture()
def copy(sealed: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return shutil.copytree(sealed, tmp_path / "copy")
