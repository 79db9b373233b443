#!/usr/bin/env bash
# Genotypes of four persons in a set of PLINK's files (.bed, .bim, .fam), read for a score of risk: a weight for
# each copy of allele 1, the rarer one, as association tables of PLINK name it, A1.
#
# Guess: two readers that count "A1" and "a1" by default give the same numbers, 0, 1 and 2.
# Behaviour: each number is two minus the other's. pandas-plink calls PLINK's allele 1 a0 and its allele 2 a1, so
#   who has no copy of the risk alleles has four, who has four has none, and the score turns the order of
#   persons around. ref="a0" gives what the other counts. What is warned of is an import of pandera.
# Version: pandas-plink 2.3.2, bed-reader 1.1.0, pandas 2.3.3, numpy 1.26.4.
# Source: pandas_plink's read_plink1_bin counts "a1" by default, which read_plink calls the second allele;
#   bed-reader's read has count_A1, and allele_1 is the first of the .bim that it wrote here. A .bim of PLINK
#   1.9, by a page on its columns: A1, the first allele, usually the minor one, then A2.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pandas-plink==2.3.2 bed-reader==1.1.0 pandas==2.3.3 numpy==1.26.4

seen=$(cat <<'SEEN'
.bim: 1 one 0.0 100 A G; 1 two 0.0 200 T C
bed-reader: copies [[0, 0], [1, 0], [1, 1], [2, 2]], scores 0.0, 0.8, 2.1, 4.2, greatest risk d
pandas-plink, read_plink1_bin: copies [[2, 2], [1, 2], [1, 1], [0, 0]], scores 4.2, 3.4, 2.1, 0.0, greatest risk a
pandas-plink, read_plink: copies [[2, 2], [1, 2], [1, 1], [0, 0]], scores 4.2, 3.4, 2.1, 0.0, greatest risk a
pandas-plink, ref=a0: copies [[0, 0], [1, 0], [1, 1], [2, 2]], scores 0.0, 0.8, 2.1, 4.2, greatest risk d
a0: A T a1: G C
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import numpy as np
from bed_reader import open_bed, to_bed
from pandas_plink import read_plink, read_plink1_bin

WEIGHTS = np.array([0.8, 1.3])
COPIES = np.array([[0, 0], [1, 0], [1, 1], [2, 2]], dtype=float)
to_bed(
    "set.bed",
    COPIES,
    properties={
        "fid": list("abcd"),
        "iid": list("abcd"),
        "sid": ["one", "two"],
        "chromosome": ["1", "1"],
        "bp_position": [100, 200],
        "allele_1": ["A", "T"],
        "allele_2": ["G", "C"],
    },
)


def show(what, copies):
    score = copies @ WEIGHTS
    print(f"{what}: copies {[[int(n) for n in one] for one in copies]},", end=" ")
    print(f"scores {', '.join(f'{one:.1f}' for one in score)}, greatest risk {'abcd'[score.argmax()]}")


print(".bim:", "; ".join(line.strip().replace("\t", " ") for line in open("set.bim")))
show("bed-reader", open_bed("set.bed").read())
files = ("set.bed", "set.bim", "set.fam")
found = read_plink1_bin(*files, verbose=False)
show("pandas-plink, read_plink1_bin", found.values)
show("pandas-plink, read_plink", read_plink("set", verbose=False)[2].compute().T)
show("pandas-plink, ref=a0", read_plink1_bin(*files, verbose=False, ref="a0").values)
print("a0:", *found.a0.values, "a1:", *found.a1.values)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: copies of alleles are other ones than were seen" >&2
    exit 1
fi
