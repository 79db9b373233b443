"""Read corpora that other people published, wherever they lie: a row a folder or file.

python benchmarks/real_exports.py FORMAT PATH...     FORMAT may be "guess"; a PATH with files of
                                                     other formats in it is read file by file
"""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from spacy_clinical.errors import SpacyClinicalError
from spacy_clinical.formats import Reject, guess_format, read


def count(path: Path, name: str | None) -> tuple[Counter[str], list[Reject]]:
    """Read a corpus. RETURNS (tuple[Counter[str], list[Reject]]): What is in it, and what can't be
    read."""
    counts: Counter[str] = Counter()
    rejects: list[Reject] = []
    left_out: Counter[str] = Counter()
    try:
        for record in read(path, name, left_out=left_out, rejects=rejects):
            counts["documents"] += 1
            counts["mentions"] += len(record.entities)
            counts["relations"] += len(record.relations) + len(record.concept_relations)
            counts["attributes"] += len(record.attributes)
    except SpacyClinicalError as error:
        rejects.append(Reject(str(path), str(error)))
    counts["left out"] = sum(left_out.values())
    return counts, rejects


def main(name: str, paths: list[Path]) -> None:
    """Print a row for each path, then what couldn't be read."""
    columns = ("documents", "mentions", "relations", "attributes", "left out", "refused")
    print(f"{'path':60}{'format':14}" + "".join(f"{c:>11}" for c in columns))
    faults: list[Reject] = []
    total: Counter[str] = Counter()
    for path in paths:
        found = name
        if name == "guess":
            try:
                found = guess_format(path)
            except SpacyClinicalError as error:
                faults.append(Reject(str(path), str(error)))
                continue
        counts, rejects = count(path, found)
        counts["refused"] = len(rejects)
        total += counts
        faults += rejects
        shown = "/".join(path.parts[-3:])[-58:]
        print(f"{shown:60}{found:14}" + "".join(f"{counts[c]:>11}" for c in columns))
    print(f"{'all':74}" + "".join(f"{total[c]:>11}" for c in columns))
    for fault in faults:
        print(fault.where, "|", fault.error[:300])


if __name__ == "__main__":
    main(sys.argv[1], [Path(x) for x in sys.argv[2:]])
