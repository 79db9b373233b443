#!/usr/bin/env bash
# Genotypes of a VCF file as a FHIR report: CFTR where two changes of a base are known (A is G551D, which
# ivacaftor is for), and a mitochondrial disease's change, which a tenth of the copies has.
#
# Guess: who has G and T (0/2 of G, A, T) has one variant, T; the fraction of copies is that of those with
#   the change, 100 reads of 1000.
# Behaviour: he has two, A among them, each heterozygous, under a name of a third: G is "AT". The same
#   genotype in a row of its own, 0/1 of G and T, is right, so a test of those passes. The fraction
#   is 0.9, that of the copies without the change: 10 % looks like 90 %, and 3 % is homoplasmic. Nothing
#   warns. pysam reads both rows alike.
# Version: vcf2fhir 0.1.1, pysam 0.24.1, PyVCF3 1.0.4, pandas 3.1.1.
# Source: vcf2fhir/fhir_helper.py and json_generator.py: a row's ALT is taken whole, and the genotype asked
#   for the state alone; common.py, get_allelic_state: the first number of AD. VCF 4.3, 1.6.2: GT counts
#   alleles from REF, 0; AD has a number for each, REF first.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet vcf2fhir==0.1.1 pysam==0.24.1 PyVCF3==1.0.4 pandas==3.1.1

seen=$(cat <<'SEEN'
7 117587806 . G A,T 99 PASS . GT:AD:DP 0/2:20,0,20:40
  by pysam: G/T, reads {'G': 20, 'A': 0, 'T': 20}
  FHIR: variant NC_000007.14:117587805:G:AT, state heterozygous, alt A
  FHIR: variant NC_000007.14:117587805:G:AT, state heterozygous, alt T
7 117587806 . G T 99 PASS . GT:AD:DP 0/1:20,20:40
  by pysam: G/T, reads {'G': 20, 'T': 20}
  FHIR: variant NC_000007.14:117587805:G:T, state heterozygous, alt T
M 3243 . A G 99 PASS . GT:AD:DP 1:900,100:1000
  by pysam: G, reads {'A': 900, 'G': 100}
  FHIR: variant NC_012920.1:3242:A:G, state heteroplasmic, alt G, fraction 0.9
M 3243 . A G 99 PASS . GT:AD:DP 1:970,30:1000
  by pysam: G, reads {'A': 970, 'G': 30}
  FHIR: variant NC_012920.1:3242:A:G, state homoplasmic, alt G, fraction 0.97
SEEN
)
got=$(cd "$work" && venv/bin/python -W ignore - <<'PYTHON'
import json
import logging

import pysam
from vcf2fhir import Converter

logging.disable()
ROWS = (
    "7 117587806 . G A,T 99 PASS . GT:AD:DP 0/2:20,0,20:40",
    "7 117587806 . G T 99 PASS . GT:AD:DP 0/1:20,20:40",
    "M 3243 . A G 99 PASS . GT:AD:DP 1:900,100:1000",
    "M 3243 . A G 99 PASS . GT:AD:DP 1:970,30:1000",
)
HEAD = """##fileformat=VCFv4.3
##contig=<ID=7>
##contig=<ID=M>
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Read depth for each allele">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Read depth">
#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT PATIENT
"""
CODES = {"48004-6": "variant", "53034-5": "state", "69551-0": "alt", "81258-6": "fraction"}


def value_of(component):
    concept = component.get("valueCodeableConcept", {}).get("coding", [{}])[0]
    quantity = component.get("valueQuantity", {}).get("value")
    return component.get("valueString") or concept.get("display") or concept.get("code") or quantity


for row in ROWS:
    head, columns = HEAD.rsplit("#", 1)
    with open("patient.vcf", "w") as file:
        file.write(f"{head}#{columns.replace(' ', chr(9))}{row.replace(' ', chr(9))}\n")
    (record,) = pysam.VariantFile("patient.vcf")
    sample = record.samples[0]
    reads = dict(zip(record.alleles, sample["AD"], strict=True))
    print(f"{row}\n  by pysam: {'/'.join(sample.alleles)}, reads {reads}")
    settings = {"genomic_source_class": "germline", "ratio_ad_dp": 0.95}
    Converter("patient.vcf", "GRCh38", "12", **settings).convert("patient.json")
    with open("patient.json") as file:
        report = json.load(file)
    for observation in report["contained"]:
        parts = {c["code"]["coding"][0]["code"]: value_of(c) for c in observation["component"]}
        said = [f"{name} {parts[code]}" for code, name in CODES.items() if code in parts]
        print("  FHIR:", ", ".join(said)) if said else None
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: genotypes are reported in another way than was seen" >&2
    exit 1
fi
