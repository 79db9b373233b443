#!/usr/bin/env bash
# The tests that need pyspark, in an environment laid over .venv (or VENV): it takes half a gigabyte,
# and asks for pandas.
# Exit 75 where it, or Java, can't be had; else that of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
site_of() { "$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
below=${VENV:-.venv}/bin/python
if ! { command -v java && "$below" -m venv "$folder" &&
       echo "import site; site.addsitedir('$(site_of "$below")')" >"$(site_of "$folder/bin/python")/below.pth" &&
       "$folder/bin/pip" install --quiet ".[spark-local]"; } >"$folder/log" 2>&1; then
    tail -3 "$folder/log"
    exit 75
fi
# As in scispacy.sh: the checkout stands first on the path.
PATH="$folder/bin:$PATH" "$folder/bin/python" -m pytest -q -p no:cacheprovider tests/spark
