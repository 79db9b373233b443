"""Wheels are built without a network, with what is installed."""

import zipfile
from pathlib import Path

import pytest

from spacy_clinical.errors import CommandError
from spacy_clinical.packaging.distributions import build_distributions

SETUP = (
    "from setuptools import setup\nsetup(name='en_small', version='1.2', packages=['en_small'])\n"
)


def make_folder(folder: Path) -> Path:
    (folder / "en_small").mkdir()
    (folder / "en_small" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "setup.py").write_text(SETUP, encoding="utf-8")
    return folder


def test_a_wheel_and_an_sdist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_INDEX_URL", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")  # nobody answers there
    build_distributions(make_folder(tmp_path), ("wheel", "sdist", "none"))
    wheel = tmp_path / "dist" / "en_small-1.2-py3-none-any.whl"
    assert sorted(path.name for path in wheel.parent.iterdir()) == [
        wheel.name,
        "en_small-1.2.tar.gz",
    ]
    assert "en_small/__init__.py" in zipfile.ZipFile(wheel).namelist()


def test_what_cant_be_built_is_said(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder / "setup.py").write_text("raise SystemExit('no version')\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"SC532.*no version.*--upgrade setuptools"):
        build_distributions(folder, ("wheel",))
    assert not list(folder.glob("dist/*"))


def test_a_full_disk_is_no_fault_of_setuptools(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder / "setup.py").write_text("raise OSError(28, 'No space left on device')\n", "utf-8")
    with pytest.raises(OSError, match="No space left"):
        build_distributions(folder, ("wheel",))
