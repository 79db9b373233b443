#!/usr/bin/env bash
# Laboratory results of a trial in a SAS transport file, the format of submissions to the FDA.
#
# Guess: a result of zero is zero in whatever reads the file, as a missing one is missing.
# Behaviour: pandas reads 5.4e-79 for zero. It prints like a zero in a column of rounded values, but it
#   is above zero and equal to nothing: of four patients three have a detectable viral load, where
#   one has; a logarithm is -78, not an error; nobody "has zero". pyreadstat reads zeros from the
#   same file.
# Version: pandas 3.1.1, pyreadstat 1.3.7, numpy 2.4.6.
# Source: pandas/io/sas/sas_xport.py, _parse_float_vec: the exponent of IBM's floats is turned into
#   that of IEEE without asking whether all bits are zero; issues 30051 and 50670 there. SAS's
#   "Record Layout of a SAS Version 5 or 6 Data Set in SAS Transport (XPORT) Format": zero is all
#   bits zero.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pandas==3.1.1 pyreadstat==1.3.7 numpy==2.4.6

seen=$(cat <<'SEEN'
pyreadstat: [0.0, 40.0, 0.0, nan]; above zero 1, zero 2
pandas: [5.397605346934028e-79, 40.0, 5.397605346934028e-79, nan]; above zero 3, zero 0
SEEN
)
got=$(cd "$work" && venv/bin/python - <<'PYTHON'
import pandas
import pyreadstat

results = pandas.DataFrame({"COPIES": [0.0, 40.0, 0.0, None]})
pyreadstat.write_xport(results, "lb.xpt", file_format_version=5)
READ = {
    "pyreadstat": pyreadstat.read_xport("lb.xpt")[0],
    "pandas": pandas.read_sas("lb.xpt", format="xport"),
}
for name, table in READ.items():
    copies = table["COPIES"]
    counts = f"above zero {(copies > 0).sum()}, zero {(copies == 0).sum()}"
    print(f"{name}: {copies.tolist()}; {counts}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: zeros of a transport file are read in another way than was seen" >&2
    exit 1
fi
