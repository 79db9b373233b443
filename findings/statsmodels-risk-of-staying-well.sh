#!/usr/bin/env bash
# The risk ratio of a cohort: 20 of 100 exposed people fall ill, 10 of 100 others.
#
# Guess: Table2x2.from_data of two columns of 0 and 1, exposed and ill, has a risk ratio of 2, or 1/2 if
#   it takes the groups the other way round.
# Behaviour: 1.125, the ratio of the unexposed people's chance to stay well and the exposed people's.
#   The same with "no" and "yes". The odds ratio, 2.25, is the one expected, since both turns cancel
#   out, so that a look at it finds nothing wrong. By strata it is the same.
# Version: statsmodels 0.15.0, pandas 3.1.1, scipy 1.17.1.
# Source: statsmodels/stats/contingency_tables.py: from_data takes pandas.crosstab as it comes, smaller
#   values first, so that row 0 is "unexposed", column 0 "well"; the class takes column 0 for the
#   events. The class's notes say the second, the page of from_data only which column of the data makes
#   rows.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet statsmodels==0.15.0 pandas==3.1.1 scipy==1.17.1

seen=$(cat <<'SEEN'
scipy: risk ratio 2.000
by hand: risk ratio 2.000 (0.99 to 4.05), odds ratio 2.25
0 and 1: risk ratio 1.125 (1.00 to 1.27), odds ratio 2.25
no and yes: risk ratio 1.125 (1.00 to 1.27), odds ratio 2.25
strata: risk ratio 1.125, odds ratio 2.25
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
import pandas
from scipy.stats.contingency import relative_risk
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2

cohort = pandas.DataFrame(
    {"exposed": [1] * 100 + [0] * 100, "ill": [1] * 20 + [0] * 80 + [1] * 10 + [0] * 90}
)


def show(what, table):
    low, high = table.riskratio_confint()
    risks = f"risk ratio {table.riskratio:.3f} ({low:.2f} to {high:.2f})"
    print(f"{what}: {risks}, odds ratio {table.oddsratio:.2f}")


print(f"scipy: risk ratio {relative_risk(20, 100, 10, 100).relative_risk:.3f}")
show("by hand", Table2x2([[20, 80], [10, 90]]))
show("0 and 1", Table2x2.from_data(cohort))
show("no and yes", Table2x2.from_data(cohort.replace({0: "no", 1: "yes"})))
twice = pandas.concat([cohort.assign(sex="f"), cohort.assign(sex="m")], ignore_index=True)
strata = StratifiedTable.from_data("exposed", "ill", "sex", twice)
print(f"strata: risk ratio {strata.riskratio_pooled:.3f}, odds ratio {strata.oddsratio_pooled:.2f}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: statsmodels gives other risk ratios than were seen" >&2
    exit 1
fi
