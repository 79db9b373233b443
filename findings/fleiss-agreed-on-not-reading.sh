#!/usr/bin/env bash
# Three readers of chest films, pneumonia or none; some films weren't read by all, some by nobody: their cells are
# empty (NaN). How well do they agree?
#
# Guess: a reading that is missing is left out, or refused.
# Behaviour: it's a third answer. Readers who never all agree on the six films that they read have a kappa of 0.47
#   instead of -0.33 once six films are in the table that nobody has read; readers who agree on every film have 0
#   instead of 1, as each film lacks one reading. Nothing warns. Krippendorff's alpha of the same tables, by a
#   library that leaves missing ones out, is -0.26 and 1.
# Version: statsmodels 0.15.0, krippendorff 0.8.1, numpy 2.4.6, pandas 2.3.3, scipy 1.17.1.
# Source: statsmodels/stats/inter_rater.py, aggregate_raters: the categories are numpy's unique values, of which
#   NaN is one. Its page: it brings the data into the correct format for fleiss_kappa, "data is converted to integer
#   categories", an exception if it can't be; nothing of missing ones. Fleiss 1971: as many ratings for each.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet statsmodels==0.15.0 krippendorff==0.8.1 numpy==2.4.6 pandas==2.3.3 scipy==1.17.1

seen=$(cat <<'SEEN'
who never all agree: answers 0, 1; kappa -0.33, alpha -0.26
the same, and six films unread: answers 0, 1, nan; kappa 0.47, alpha -0.26
who always agree, on two readings of three: answers 0, 1, nan; kappa 0.00, alpha 1.00
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import numpy as np
from krippendorff import alpha
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

NONE = np.nan
DISAGREE = [[1, 0, 1], [0, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 1]]
UNREAD = [[NONE] * 3] * 6
AGREE = [[1, 1, NONE], [0, NONE, 0], [NONE, 1, 1], [0, 0, NONE], [1, NONE, 1], [NONE, 0, 0]]
TABLES = {
    "who never all agree": DISAGREE,
    "the same, and six films unread": DISAGREE + UNREAD,
    "who always agree, on two readings of three": AGREE,
}
for what, rows in TABLES.items():
    readings = np.array(rows, float)
    counts, answers = aggregate_raters(readings)
    nominal = alpha(readings.T, level_of_measurement="nominal")
    print(f"{what}: answers {', '.join(f'{one:g}' for one in answers)};", end=" ")
    print(f"kappa {fleiss_kappa(counts):.2f}, alpha {nominal:.2f}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: readers agree otherwise than was seen" >&2
    exit 1
fi
