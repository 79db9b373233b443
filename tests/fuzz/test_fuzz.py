"""Damaged corpora and notes: a coded error or fewer documents that are told of, never anything
else. (benchmarks/fuzz.py does it a hundred thousand times.)"""

from pathlib import Path

import pytest

from .more_seeds import more_seeds
from .seeds import Seed, all_seeds
from .trials import run_trial

TRIALS = 30
SECONDS = 5.0
# Trials that were faults once: the kept inputs, as the same number damages a seed the same way.
FOUND = {"radgraph": (300000898, 7009897), "squad": (1327,), "bioc_json": (7000609,)}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Seed]:
    return [*all_seeds(tmp_path_factory.mktemp("seeds")), *more_seeds()]


def test_damaged_inputs(seeds: list[Seed], tmp_path: Path) -> None:
    found = []
    for seed in seeds:
        whole = seed.read(seed.put(tmp_path / seed.name)).found
        assert whole, seed.name
        for number in (*range(TRIALS), *FOUND.get(seed.name, ())):
            trial = run_trial(seed, whole, number, tmp_path / "trial")
            if trial.fault or trial.seconds > SECONDS:
                found.append((seed.name, number, trial))
    assert found == []
