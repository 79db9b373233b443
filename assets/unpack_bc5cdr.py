"""Unpack the training and development parts of BioCreative V CDR, never its test part."""

import sys
from pathlib import Path
from zipfile import ZipFile

PARTS = ("CDR_TrainingSet.PubTator.txt", "CDR_DevelopmentSet.PubTator.txt")


def main(archive: Path, folder: Path) -> None:
    """Put both parts into a folder, unless it has them.

    archive (Path): CDR_Data.zip as `spacy project assets` fetches it.
    folder (Path): Where the parts belong.
    """
    if all((folder / part).is_file() for part in PARTS):
        print(f"{folder} has both parts")
        return
    if not archive.is_file():
        sys.exit(
            f"No {archive}. Fetch it: python -m spacy project assets --extra\n"
            "or name a folder that has the files: --vars.bc5cdr FOLDER"
        )
    with ZipFile(archive) as opened:
        found = {Path(name).name: name for name in opened.namelist()}
        missing = [part for part in PARTS if part not in found]
        if missing:
            sys.exit(f"{archive} has no {' and no '.join(missing)}")
        folder.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            (folder / part).write_bytes(opened.read(found[part]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
