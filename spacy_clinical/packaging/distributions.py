"""A package's folder as a wheel or an sdist, by the setuptools that is installed: builds that are
isolated, as those of `python -m build`, fetch one from the network each time."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from ..errors import CommandError, Errors
from ..temporary_files import FULL

BUILDS = ("wheel", "sdist", "none")


def build_distributions(folder: Path, builds: Iterable[str]) -> None:
    """Build into the folder `dist`, by the hooks of PEP 517.

    folder (Path): Has a setup.py.
    builds (Iterable[str]): Names in BUILDS. Raises CommandError where one can't be built.
    """
    for kind in builds:
        if kind != "none":
            _run(
                folder, f"from setuptools import build_meta as b; b.__legacy__.build_{kind}('dist')"
            )


def _run(folder: Path, script: str) -> None:
    command = [sys.executable, "-c", script]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or ["nothing"])[-1]
        for number in FULL:  # the disk's fault, which whoever made the folder tells of
            if os.strerror(number) in last:
                raise OSError(number, os.strerror(number))
        raise CommandError(Errors.SC532.format(name=folder.name, found=last))
