#!/usr/bin/env bash
# Two readers grade 40 scans as none, mild, moderate or severe; their agreement by weighted kappa,
# which forgives the next grade and punishes a distant one.
#
# Guess: grades in words have the kappa that numbers of the same order have; words without an order
#   are refused or warned of.
# Behaviour: scikit-learn and irrCAC put the words in alphabetic order: mild, moderate, none, severe.
#   "None" and "severe" are neighbours, "none" and "mild" far apart. Readers who are never more than a
#   grade apart have 0.52 instead of 0.76; readers of whom one sees nothing where the other sees
#   severe disease have 0.76 instead of 0.46, so the worse pair looks the better. An ordered
#   Categorical changes nothing. With the list of grades both are right. Nothing warns.
# Version: scikit-learn 1.7.2 (1.9.1 does the same), irrCAC 0.4.4, krippendorff 0.8.1, pandas 2.3.3,
#   numpy 1.26.4.
# Source: sklearn/metrics/_classification.py, cohen_kappa_score: distances of places in the confusion
#   matrix, whose labels are sorted; the page's `labels` are there to "select a subset".
#   irrCAC/raw.py, CAC: sorted(...), where its page calls `categories` those that weren't used. Cohen
#   1968, weighted kappa.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet scikit-learn==1.7.2 irrCAC==0.4.4 krippendorff==0.8.1 pandas==2.3.3 numpy==1.26.4

seen=$(cat <<'SEEN'
a grade apart
  numbers: scikit-learn 0.76, irrCAC 0.76
  words: scikit-learn 0.52, irrCAC 0.52
  ordered: scikit-learn 0.52, irrCAC 0.52
  words and their list: scikit-learn 0.76, irrCAC 0.76
severe missed
  numbers: scikit-learn 0.46, irrCAC 0.46
  words: scikit-learn 0.76, irrCAC 0.76
  ordered: scikit-learn 0.76, irrCAC 0.76
  words and their list: scikit-learn 0.46, irrCAC 0.46
krippendorff: When using strings, an ordered value_domain is required for level_of_measurement other than 'nominal'.
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
import krippendorff
import numpy as np
import pandas
from irrCAC.raw import CAC
from sklearn.metrics import cohen_kappa_score

GRADES = ["none", "mild", "moderate", "severe"]
SAME = [(grade, grade) for grade in (0, 1, 2, 3) for _ in range(7)]
PAIRS = {
    "a grade apart": SAME + [(0, 1)] * 4 + [(1, 0)] * 4 + [(2, 3)] * 2 + [(3, 2)] * 2,
    "severe missed": SAME + [(3, 0)] * 6 + [(0, 3)] * 2 + [(1, 2)] * 4,
}


def kappas(what, one, other, **grades):
    labels = {"labels": grades["categories"]} if grades else {}
    by_sklearn = cohen_kappa_score(one, other, weights="linear", **labels)
    both = CAC(pandas.DataFrame({"one": one, "other": other}), weights="linear", **grades)
    by_irrcac = both.conger()["est"]["coefficient_value"]
    print(f"  {what}: scikit-learn {by_sklearn:.2f}, irrCAC {by_irrcac:.2f}")


for name, pairs in PAIRS.items():
    print(name)
    one, other = np.array(pairs).T
    words = [np.array(GRADES)[numbers] for numbers in (one, other)]
    ordered = [pandas.Categorical(each, GRADES, ordered=True) for each in words]
    kappas("numbers", one, other)
    kappas("words", *words)
    kappas("ordered", *ordered)
    kappas("words and their list", *words, categories=GRADES)
try:
    krippendorff.alpha(np.array(words), level_of_measurement="ordinal")
except ValueError as error:
    print("krippendorff:", error)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: weights of agreement follow another order than was seen" >&2
    exit 1
fi
