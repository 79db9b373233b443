#!/usr/bin/env bash
# Exons of a gene from a GTF file, 101 to 200 and 301 alone, and single-base variants at 101, 150, 200 and 301 from
# a BED file: which of them are in an exon?
#
# Guess: an exon 101 to 200 of GTF is 100 bases long, and a variant at its first base is in it; two readers of
#   both formats agree.
# Behaviour: pyranges has all four. bioframe, told that the one file is "gtf" and the other "bed4", has two: the
#   first base of every exon is outside, next to the splice site, and an exon of one base has no length at all. A
#   start codon has two bases, and a BED file written from the table keeps the loss. The table passes
#   is_bedframe. Nothing warns.
# Version: bioframe 0.8.0, pyranges 0.1.7, pandas 2.3.3, numpy 2.4.6.
# Source: bioframe/io/schemas.py names the columns of GTF, nothing takes the base off; its page of definitions:
#   coordinates are assumed to be 0-based, intervals half-open; its page for users of bedtools: GTF files needn't
#   be made BED files, and a tutorial does so with genes. GFF3's specification (Sequence Ontology), columns 4 and
#   5, and GTF: 1-based, both ends within.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet bioframe==0.8.0 pyranges==0.1.7 pandas==2.3.3 numpy==2.4.6

seen=$(cat <<'SEEN'
by pyranges: exons of 100 and 1 bases; in an exon: 101, 150, 200, 301
by bioframe: exons of 99 and 0 bases; in an exon: 150, 200; is_bedframe True
start codon: 3 bases by pyranges, 2 by bioframe
written as BED by bioframe: chr1 101 200; chr1 301 301
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
from pathlib import Path

import bioframe
import pyranges

FEATURES = (("exon", 101, 200), ("start_codon", 101, 103), ("exon", 301, 301))
VARIANTS = (101, 150, 200, 301)
NOTES = 'gene_id "G1"; transcript_id "T1";'
GTF = (f"chr1\tlab\t{kind}\t{start}\t{end}\t.\t+\t.\t{NOTES}\n" for kind, start, end in FEATURES)
Path("genes.gtf").write_text("".join(GTF))
Path("variants.bed").write_text("".join(f"chr1\t{at - 1}\t{at}\t{at}\n" for at in VARIANTS))

genes = pyranges.read_gtf("genes.gtf")
exons = genes[genes.Feature == "exon"]
found = pyranges.read_bed("variants.bed").overlap(exons)
print("by pyranges: exons of", " and ".join(map(str, exons.lengths())), "bases; in an exon:", end=" ")
print(", ".join(map(str, found.Name)))

table = bioframe.read_table("genes.gtf", schema="gtf")
parts = table[table.feature == "exon"]
hits = bioframe.overlap(bioframe.read_table("variants.bed", schema="bed4"), parts, how="inner")
lengths = (parts.end - parts.start).tolist()
print("by bioframe: exons of", " and ".join(map(str, lengths)), "bases; in an exon:", end=" ")
print(", ".join(map(str, hits.name)), end="; ")
print("is_bedframe", bioframe.is_bedframe(table))

codon = table[table.feature == "start_codon"]
print(f"start codon: {genes[genes.Feature == 'start_codon'].lengths()[0]} bases by pyranges,", end=" ")
print((codon.end - codon.start).iloc[0], "by bioframe")
bioframe.to_bed(parts[["chrom", "start", "end"]], "exons.bed")
rows = Path("exons.bed").read_text().splitlines()
print("written as BED by bioframe:", "; ".join(" ".join(row.split()[:3]) for row in rows))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: exons have other bases than were seen" >&2
    exit 1
fi
