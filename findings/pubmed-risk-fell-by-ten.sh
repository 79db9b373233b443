#!/usr/bin/env bash
# Titles and abstracts out of PubMed's XML, where names of species are in italics and powers raised.
#
# Guess: a library for PubMed gives the whole title and the whole abstract, without the markup or with
#   it; what stands raised is told from what doesn't.
# Behaviour: pymed ends each part at its first tag: "Treatment of " is a title, and the risk, which
#   fell by 10 to the power of -3 and not with warfarin, "fell by 10". What is left reads like a
#   sentence. pubmed-parser has all words, but 50 times 10 to the power of 9 is "50 × 109". Biopython
#   keeps the tags. Abstracts without markup are right in all three, so a look at one tells nothing.
#   Nothing warns.
# Version: pymed 0.8.9, pubmed-parser 0.5.1, biopython 1.88.
# Source: pymed/helpers.py, getContent: the `text` of an element, which is what stands before its
#   first child; issue 23 there, open since 2019. pubmed_parser/utils.py, stringify_children joins all
#   texts. PubMed's DTD: ArticleTitle and AbstractText may hold b, i, sup, sub, u and formulas.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pymed==0.8.9 pubmed-parser==0.5.1 biopython==1.88

seen=$(cat <<'SEEN'
biopython
  Treatment of <i>Clostridioides difficile</i> infection without vancomycin.
  Platelets below 50 × 10<sup>9</sup>/L were excluded.
  The risk fell by 10<sup>-3</sup>, but not with warfarin.
pymed
  Treatment of
  Platelets below 50 × 10
  The risk fell by 10
pubmed-parser
  Treatment of Clostridioides difficile infection without vancomycin.
  Platelets below 50 × 109/L were excluded.
  The risk fell by 10-3, but not with warfarin.
SEEN
)
got=$(cd "$work" && venv/bin/python -W ignore - <<'PYTHON'
import gzip
from pathlib import Path
from xml.etree import ElementTree

import pubmed_parser
from Bio import Entrez
from pymed.article import PubMedArticle

ARTICLES = """\
<PubmedArticleSet><PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">1</PMID><Article PubModel="Print">
<Journal><ISSN IssnType="Print">0000-0000</ISSN><JournalIssue CitedMedium="Print"><Volume>1</Volume>
<PubDate><Year>2020</Year><Month>Mar</Month></PubDate></JournalIssue><Title>J</Title></Journal>
<ArticleTitle>Treatment of <i>Clostridioides difficile</i> infection without vancomycin.</ArticleTitle>
<Abstract>
<AbstractText>Platelets below 50 × 10<sup>9</sup>/L were excluded.</AbstractText>
<AbstractText>The risk fell by 10<sup>-3</sup>, but not with warfarin.</AbstractText>
</Abstract>
<Language>eng</Language>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>
</Article></MedlineCitation>
<PubmedData><History><PubMedPubDate PubStatus="pubmed"><Year>2020</Year><Month>3</Month><Day>1</Day>
</PubMedPubDate></History><PublicationStatus>ppublish</PublicationStatus>
<ArticleIdList><ArticleId IdType="pubmed">1</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>
"""
NAME = "articles.xml.gz"
DOCTYPE = """\
<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet SYSTEM "pubmed_240101.dtd">
"""
Path(NAME).write_bytes(gzip.compress((DOCTYPE + ARTICLES).encode()))


def show(what, title, abstract):
    print(what)
    for line in (title, *abstract):
        print(" ", line.rstrip())


with gzip.open(NAME) as file:
    (article,) = Entrez.read(file)["PubmedArticle"]
article = article["MedlineCitation"]["Article"]
show("biopython", article["ArticleTitle"], article["Abstract"]["AbstractText"])
article = PubMedArticle(xml_element=ElementTree.fromstring(ARTICLES)[0])
show("pymed", article.title, article.abstract.splitlines())
(article,) = pubmed_parser.parse_medline_xml(NAME)
show("pubmed-parser", article["title"], filter(None, article["abstract"].splitlines()))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: markup in titles and abstracts is read in another way than was seen" >&2
    exit 1
fi
