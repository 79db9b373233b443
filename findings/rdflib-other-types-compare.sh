#!/usr/bin/env bash
# A cohort by SPARQL over results and dates, as FHIR's RDF has them: a value is a number or a string
# ("<0.5"), a date a day, a month or a year.
#
# Guess: FILTER (?value > 5) leaves out what is no number, as in other stores: SPARQL has no ">" for a
#   string and a number, and what is an error in a filter doesn't match. Two xsd:dateTime compare by
#   time; where one has a zone and one hasn't, years apart all the same.
# Behaviour: "<0.5" and "trace" are above 5. "Born after 1975" has a patient born in "1974" (xsd:gYear)
#   and one born in 1960 with a time; "before 1975-01" has one born on 1990-01-01. Every dateTime
#   without a zone is before every one with: 1990 is before 1975. Nothing is raised or warned of.
# Version: rdflib 7.6.0.
# Source: rdflib/term.py, Literal.__gt__: literals of two types are ordered by the types' names, for
#   sorted() of Python; rdflib/plugins/sparql/operators.py, RelationalExpression, takes that order
#   for FILTER. With the module's DAWG_LITERAL_COLLATION set the types no longer compare; the zones
#   still do, by _TOTAL_ORDER_CASTERS. SPARQL 1.1, section 17.3 (operators) and 17.2 (errors).
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet rdflib==7.6.0

seen=$(cat <<'SEEN'
> 5: ['6.1', '<0.5', 'trace']
> "1975-01-01"^^xsd:date: ['1974', '1960-01-01T08:00:00Z', '1990-01-01']
< "1975-01"^^xsd:gYearMonth: ['1960-01-01T08:00:00Z', '1990-01-01']
< "1975-01-01T00:00:00Z"^^xsd:dateTime: ['1990-01-01T08:00:00']
strict
> 5: ['6.1']
> "1975-01-01"^^xsd:date: ['1990-01-01']
< "1975-01"^^xsd:gYearMonth: []
< "1975-01-01T00:00:00Z"^^xsd:dateTime: ['1990-01-01T08:00:00']
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import rdflib

XSD = "PREFIX xsd: <" + str(rdflib.XSD) + ">"


def matching(values, condition):
    query = f"{XSD} SELECT ?v {{ VALUES ?v {{ {values} }} FILTER (?v {condition}) }}"
    found = [str(row.v) for row in rdflib.Graph().query(query)]
    print(f"{condition}: {found}")


RESULTS = '3 6.1 "<0.5" "trace"'
BORN = '"1974"^^xsd:gYear "1960-01-01T08:00:00Z"^^xsd:dateTime "1990-01-01"^^xsd:date'
TIMES = '"1990-01-01T08:00:00"^^xsd:dateTime "1990-01-01T08:00:00Z"^^xsd:dateTime'


def ask():
    matching(RESULTS, "> 5")
    matching(BORN, '> "1975-01-01"^^xsd:date')
    matching(BORN, '< "1975-01"^^xsd:gYearMonth')
    matching(TIMES, '< "1975-01-01T00:00:00Z"^^xsd:dateTime')


ask()
print("strict")
rdflib.DAWG_LITERAL_COLLATION = True
ask()
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: rdflib compares literals in another way than was seen" >&2
    exit 1
fi
