#!/usr/bin/env bash
# Median survival of a cohort in which exactly one half has died.
#
# Guess: n patients, one dies each month, none is lost: after n/2 months the Kaplan-Meier curve is
#   at 1/2. The median is month n/2 for every even n, or, in a library that wants the curve below
#   1/2, the month after for every even n.
# Behaviour: it changes with n, by rounding, in three of four libraries. lifelines gave month 2 of 4,
#   4 of 6, 5 of 8, 5 of 10, 6 of 12, 11 of 20; statsmodels, which wants the curve below, 3 of 4 but
#   6 of 12; scikit-survival's curve is first above 1/2 with 24 patients, at month 12. scipy is right
#   here, and two months late in a cohort of ten with ties. No warning; in a small trial the median
#   is an event late, which can be years.
# Version: lifelines 0.30.3, statsmodels 0.15.0, scikit-survival 0.28.0, scipy 1.17.1, numpy 2.4.6.
# Source: lifelines/fitters/kaplan_meier_fitter.py takes exp of a sum of logarithms, and
#   utils.qth_survival_time compares with 1/2 as it is; statsmodels/duration/survfunc.py,
#   SurvfuncRight.quantile: `surv_prob < 1 - p` on such a sum; sksurv/nonparametric.py and
#   scipy/stats/_survival.py: a product of quotients. None has a margin; R's quantile.survfit has
#   the argument `tolerance` for just this.
# Output seen: the lines of `seen`; the single months above may differ with the processor's log.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet lifelines==0.30.3 statsmodels==0.15.0 scikit-survival==0.28.0 scipy==1.17.1 numpy==2.4.6

seen=$(cat <<'SEEN'
by hand: events after the half: [0]
lifelines: events after the half: [0, 1]
statsmodels: events after the half: [0, 1]
scikit-survival: events after the half: [0, 1]
scipy: events after the half: [0]
with ties, by hand: month 3
with ties, scikit-survival: month 5
with ties, scipy: month 5
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
from fractions import Fraction

import numpy as np
from lifelines import KaplanMeierFitter
from scipy import stats
from sksurv.nonparametric import kaplan_meier_estimator
from statsmodels.duration.survfunc import SurvfuncRight


def by_hand(months, died):
    left = Fraction(1)
    for month in sorted(set(months)):
        at_risk = sum(other >= month for other in months)
        deaths = sum(d for other, d in zip(months, died) if other == month)
        left *= 1 - Fraction(int(deaths), at_risk)
        if left <= Fraction(1, 2):
            return month


def first(times, curve):
    return times[curve <= 0.5][0]


def with_scipy(months, died):
    data = stats.CensoredData.right_censored(np.array(months, float), np.array(died) == 0)
    curve = stats.ecdf(data).sf
    return first(curve.quantiles, curve.probabilities)


MEDIANS = {
    "by hand": by_hand,
    "lifelines": lambda m, d: KaplanMeierFitter().fit(m, d).median_survival_time_,
    "statsmodels": lambda m, d: SurvfuncRight(np.array(m, float), np.array(d)).quantile(0.5),
    "scikit-survival": lambda m, d: first(*kaplan_meier_estimator(np.array(d, bool), m)),
    "scipy": with_scipy,
}
for name, median in MEDIANS.items():
    late = {int(median(range(1, n + 1), [1] * n)) - n // 2 for n in range(2, 101, 2)}
    print(f"{name}: events after the half: {sorted(late)}")
months, died = [1, 2, 2, 3, 3, 5, 5, 6, 7, 7], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1]
for name in ("by hand", "scikit-survival", "scipy"):
    print(f"with ties, {name}: month {int(MEDIANS[name](months, died))}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: medians of survival are others than were seen" >&2
    exit 1
fi
