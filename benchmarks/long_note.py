"""How long a page takes: a note of 3,000 words, 400 mentions and 300 relations."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from spacy_clinical.viewer import render
from tests.viewer.long_note import make_long_note

note = make_long_note()
for name in ("first page of a process", "second"):
    before = time.perf_counter()
    page = render([note])
    print(f"{name}: {time.perf_counter() - before:.3f} s, {len(page) / 1000:.0f} kB")
