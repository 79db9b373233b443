"""Removes the DICOM files that an earlier run left: `python assets/radiology/clear.py FOLDER`.

An export never writes into a folder that has files.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    for path in Path(sys.argv[1]).glob("*.dcm"):
        path.unlink()
