"""Pipelines trained from configs, each in a process of its own that a second call goes on with."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spacy.util import load_config


def train(config: Path, output: Path, overrides: Mapping[str, Any], *, code: Path | None) -> Path:
    """Train a pipeline, or go on with its training.

    config (Path): The config.
    output (Path): Its folder.
    overrides (Mapping[str, Any]): Dotted names to values.
    code (Path | None): Python file that registers what the config names.
    RETURNS (Path): The folder of the last state: none is chosen on what is scored.
    """
    done = output / "done"
    if not done.is_file():
        command = [sys.executable, "-m", "spacy", "clinical", "train", str(config), "--resume"]
        command += ["--output", str(output), *(["--code", str(code)] if code else [])]
        for name, value in overrides.items():
            command += [f"--{name}", str(value)]
        subprocess.run(command, check=True, env=dict(os.environ))
        done.touch()
    return output / "model-last"


def find_epochs(config: Path) -> int:
    """RETURNS (int): Passes over the data that a config asks for."""
    return load_config(config, interpolate=False)["training"]["max_epochs"]
