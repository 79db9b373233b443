#!/usr/bin/env bash
# Genotypes of a woman and of men on the X chromosome: men have one allele, and a site may have two others.
#
# Guess: "1" and "2", as the format writes such calls, are a man's variant and known; what holds for the
#   first other allele of a site holds for the second.
# Behaviour: cyvcf2 says that "2" is unknown, with the bases "./.", like the call that is missing, and
#   leaves it out of num_called and of the allele frequency, while "1" is homozygous. scikit-allel calls
#   no man at all: "0" and "1" are neither called nor homozygous nor heterozygous, so all are missing by
#   count_called, though count_alleles counts them. vcfpy has both right. Nothing warns.
# Version: cyvcf2 0.35.0, scikit-allel 1.3.13, vcfpy 0.14.2, numpy 2.4.6.
# Source: cyvcf2/helpers.c, as_gts: a single allele is known if it is 0 or 1, of two any pair is.
#   allel/io/vcf_read.py fills up to two alleles with -1, and GenotypeArray.is_called wants all of them.
#   VCF 4.3, "Genotype fields": for haploid calls only one allele value should be given. cyvcf2's page
#   on gt_types names the types and doesn't speak of single alleles.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet cyvcf2==0.35.0 scikit-allel==1.3.13 vcfpy==0.14.2 numpy==2.4.6

seen=$(cat <<'SEEN'
cyvcf2: types [1, 3, 2, 0, 2]; bases ['C/G', 'C', './.', 'A', './.']; called 3 of 5, frequency 0.5
scikit-allel: called [True, False, False, False, False]; homozygous [False, False, False, False, False]; alleles counted [1, 2, 2]
vcfpy: called [True, True, True, True, False]; variant [True, True, True, False, False]
SEEN
)
got=$(cd "$work" && venv/bin/python -W ignore - <<'PYTHON'
from pathlib import Path

import allel
import cyvcf2
import vcfpy

PEOPLE = ["1/2", "1", "2", "0", "."]
LINES = [
    "##fileformat=VCFv4.3",
    "##contig=<ID=chrX,length=156040895>",
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    "\t".join("#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT woman m1 m2 m3 m4".split()),
    "\t".join("chrX 32000000 . A C,G 50 . . GT".split() + PEOPLE),
]
Path("site.vcf").write_text("\n".join(LINES) + "\n")

(site,) = cyvcf2.VCF("site.vcf")
types, bases = site.gt_types.tolist(), site.gt_bases.tolist()
called = f"called {site.num_called} of {len(PEOPLE)}, frequency {site.aaf}"
print(f"cyvcf2: types {types}; bases {bases}; {called}")

genotypes = allel.GenotypeArray(allel.read_vcf("site.vcf")["calldata/GT"])
called = genotypes.is_called()[0].tolist()
homozygous = genotypes.is_hom()[0].tolist()
counts = genotypes.count_alleles()[0].tolist()
print(f"scikit-allel: called {called}; homozygous {homozygous}; alleles counted {counts}")

(site,) = vcfpy.Reader.from_path("site.vcf")
called = [bool(call.called) for call in site.calls]
print(f"vcfpy: called {called}; variant {[call.is_variant for call in site.calls]}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: genotypes of one allele are read in another way than was seen" >&2
    exit 1
fi
