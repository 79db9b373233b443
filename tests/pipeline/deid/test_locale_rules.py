"""What the rules find in words written for them: identifiers in braces, all else stays."""

import re
import sys
from pathlib import Path

import pytest

from spacy_clinical.errors import ContextError
from spacy_clinical.pipeline.deid.locale_rules import DeidRules
from spacy_clinical.pipeline.deid.overlapping_finds import Found, unite
from spacy_clinical.pipeline.deid.phi_labels import group_of
from spacy_clinical.pipeline.deid.text_words import Words

MARK = re.compile(r"\{([A-Z_]+) ([^{}]*)\}")
TRAPS = Path(__file__).parents[3] / "assets" / "deid"
ENGLISH = """
Seen by Dr. {DOCTOR Helga Brandt}, who knows Ms. {NAME Pruitt} well.
{NAME Fields, Randolph} came on {DATE 7/19/2016} and {DATE 12 August 2017}; his pulse was 72.
His wife {NAME Odalys} called from {PHONE (208) 555-0133}; extension {PHONE x2214} is the ward's.
Mrs {NAME Turner} has Turner syndrome; the {CITY Boise} office sent it by fax: {FAX 208-555-0120}.
Chest X-ray of {DATE 3/4} shows no change; strength 3/4 in both legs, pain 6/10, BP 132/84.
MRN: {MRN 0093-4471}; SSN {SSN 901-22-3344}; policy number {HEALTH_PLAN KX88120934}.
Serial no. {DEVICE TX4490181B} of the pump; plate {VEHICLE 4GHK 118}; accession {ID S19-20331}.
Write to {EMAIL o.p@post.example} or see {URL https://post.example/op/77} from {IP 198.51.100.7}.
Lives at {STREET 88 Hobart Avenue Apt 4}, {CITY Tacoma}, {STATE WA} {ZIP 98402}.
{HOSPITAL St. Odile's Hospital} sent her to {HOSPITAL Kettle Creek Medical Center} in {DATE May}.
The patient may have a may-apple rash; will follow. Gray stools, brown urine, no rich food.
A {AGE 96}-year-old; her mother lived to {AGE ninety-seven}. LA dilated, Mallampati II, Apgar 9.
Electronically signed by {DOCTOR Ingrid Sorensen}, NP on {DATE Sept. 9th, 2020}
pt {NAME rosalie} texted, mr {NAME kowalczyk} drove her; lasix 40 mg 1/2 tab at bedtime
{NAME Wilson B Carter} left; Child-Pugh B. Stable. Gleason 7, Wilson disease, Dukes C tumor.
By {NAME Wilson D. Quorvex}; aged {AGE 90-95}; {AGE 91 to 95} years old; {AGE ninety-four}, not 6.
In her {AGE late nineties}, he in his {AGE 90s}; O2 sats in the nineties, her sats in the 90s.
On {DATE 5/1/2019}, {DATE 5/8} and {DATE 5/15} as planned; strength 4/5, 4/5 and 5/5 as before.
On {DATE 2/30/2021}, {DATE 13/45/2020} and {DATE Feb. 30, 2021}, a slip each; 2/30 and 4/31 points.
In the ward {DATE 8/2}-{DATE 8/9/2018}; strength 4/5-5/5.
Off {DATE June 2-5}, on {DATE Mon., Mar. 6}.
Came on {DATE the ninth of April} and {DATE Oct/14/17}.
The second of two tablets, the first of many since {DATE mid-October}.
Her brother-in-law {NAME Quorvex} and sons {NAME Ilmar} and {NAME Oddvar} wait; mother-in-law well.
Emergency contact: {NAME Vesna Quorvex} (niece) said; contact: poison control.
Mrs. {NAME Vesna Quorvex} (seen twice), {AGE 94}, and Mr. {NAME Oddvar}, {AGE 91}, left.
Ms. {NAME Quorvex} ({AGE 102}).
Mr. {NAME Oddvar}, 95%, is dry; Ms. {NAME Quorvex}, 94 kg; Dr. {NAME Brandt}, 93 was the pulse.
She is {AGE 93}; he is {AGE 88}. He is 95 pounds, she is 90% better, it is 95 now.
St. Vitus dance and St. Anthony's fire, then St. John's wort; ADA diet.
Ring back {PHONE 555-0139}; goal 500-1000.
Moved to {STREET 3 Hobart Court}, {CITY Quorvexton}, {STATE OH} {ZIP 44870}; Pain, OR 44870 steps.
His handle is {USERNAME @quorvex_77}; seen @0930 @clinic. Best, {NAME Priya}
"""
DEGREES = """
SpO2 92% on air, T 36.8 C. JVP raised. Bay 36 {DOCTOR C. Olberg} attended.
Temperature 98 F. Temp: 101 F. A {AGE 98} F was admitted, T 99 F.
"""
GERMAN = """
Herr {NAME Dieter Krause}, geb. {DATE 03.11.1951}, wohnt {STREET Lindenstraße 14},
{ZIP 01099} {CITY Dresden}.
Die {AGE vierundneunzig}jährige Patientin hat Husten, {AGE 90- bis 95}-jährige haben ihn oft.
Morbus Crohn seit {DATE 2009}; Kontrolle am {DATE 4. März 2021}, Tel. {PHONE 0351/448120}.
"""
SPANISH = """
Nombre: {PATIENT Inés}. Apellidos: {PATIENT Robledo Paz}. NHC: {MRN 5561230}.
Ingresa el {DATE 7 de junio de 2018}; vive en la {STREET Calle Olivo 3} de {CITY Burgos}.
Médico: {DOCTOR Elvira Robledo Paz} NºCol: {LICENSE 09 09 41877}.
Remitido por: {DOCTOR Elvira Robledo Paz} Servicio de Urología.
{HOSPITAL Hospital Universitario La Loma} {STREET Avda. Olivar, 12}.
Remitido por: Dra. {DOCTOR Elvira Robledo Paz} Apartado de Correos.
Paciente de {AGE 70 años} de edad, con dolor; en un plazo de 2 años.
Durante 4 años, estable.
Varón de {AGE 45 años}, dieta de 3 días, hace 6 meses; niño de {AGE 9 meses} de edad.
Domicilio: {STREET C. Olivo 264} .
Vive en {STREET c/ Olivo Alto, 3} 09071.
CIPA: nhc-{MRN 150733}. NºCol: {LICENSE 28 28 948277}. Edad: {AGE 45 A} Sexo: H.
Localidad/ Provincia: {CITY Olivares}, {CITY Robleda}.
Remitido por: Dr.{DOCTOR Elvira Robledo} {STREET C/ Olivo, 3}.
Dra. {DOCTOR Elvira Robledo Paz} {HOSPITAL Hospital Universitario de Olivares} Servicio.
Domicilio: {STREET Plaza Olivo nº 1}. .
Reside en {STREET Avenida de Olivares s/n}, {ZIP 28041} {CITY Madrid}.
Diez meses tras la operación, se consulta al Servicio de Digestivo y a Urología.
"""
CHINESE = """
姓名：{PATIENT 陈晓东} 住院号：{MRN 0047821} 联系电话：{PHONE 13900001234}
患者于{DATE 2022年6月1日}在{HOSPITAL 江城市中心医院}手术，主治医师：{DOCTOR 周芳}。
患者{PATIENT 陈晓东}恢复良好。
主任医师建议手术，责任护士长安排；{DOCTOR 王芳}主任医师会诊。
主治医师{DOCTOR 李娜}，患者之子{NAME 赵强}代诉。
家住{STREET 江城市南湖区青年路18号2栋}，{AGE 91}岁，血压130/80mmHg。
"""


def marked(source: str) -> tuple[str, set[tuple[str, str]]]:
    source = source.strip()
    return MARK.sub(r"\2", source), {
        (words, group_of(label)) for label, words in MARK.findall(source)
    }


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        (locale, line)
        for locale, lines in (
            ("en", ENGLISH),
            ("en", DEGREES),
            ("de", GERMAN),
            ("es", SPANISH),
            ("zh", CHINESE),
        )
        for line in ([lines] if locale == "zh" else lines.strip().split("\n"))
    ],
)
def test_finds_what_identifies_and_nothing_else(locale: str, line: str) -> None:
    text, wanted = marked(line)
    found = DeidRules([locale]).find(Words(text))
    assert {(text[f.start : f.end], group_of(f.label)) for f in found} == wanted


def test_traps_that_rules_were_written_with() -> None:
    """The held-out ones are measured by benchmarks/deid.py, and never looked at."""
    sys.path.insert(0, str(TRAPS))
    try:
        from marked import read_file  # type: ignore[import-not-found]

        records = read_file(TRAPS / "traps.txt")
    finally:
        sys.path.remove(str(TRAPS))
    rules, missed, touched, others = DeidRules(["en"]), 0, 0, 0
    for record in records:
        covered = {i for one in rules.find(Words(record.text)) for i in range(one.start, one.end)}
        missed += sum(not covered.issuperset(range(e.start, e.end)) for e in record.entities)
        for start, end in record.meta.get("keep", []):
            others += 1
            touched += not covered.isdisjoint(range(start, end))
    assert missed <= 2
    assert touched <= 0.02 * others


def test_what_is_found_once_is_found_again() -> None:
    text = "Discussed with Ms. Odalys Fenwright. Later Fenwright left, and odalys slept."
    found = {text[f.start : f.end] for f in DeidRules(["en"]).find(Words(text))}
    assert {"Fenwright", "odalys"} <= found
    once = DeidRules(["en"]).find(Words(text), again=False)
    assert "Fenwright" not in {text[f.start : f.end] for f in once}


def test_what_overlaps_is_one() -> None:
    date = Found(0, 5, "DATE", 0.9, "rule")
    assert unite([date, Found(0, 3, "PATIENT", 1.0, "known")]) == [date]
    name, doctor = Found(0, 9, "NAME", 0.9, "model"), Found(5, 9, "DOCTOR", 0.5, "rule")
    assert unite([doctor, name]) == [name._replace(label="DOCTOR")]
    assert unite([Found(0, 4, "ID", 0.7, "a"), Found(2, 9, "MRN", 0.9, "b")]) == [
        Found(0, 9, "MRN", 0.9, "b")
    ]


def test_tables_of_a_user_add_to_the_packaged_ones(tmp_path: Path) -> None:
    (tmp_path / "places.tsv").write_text("Quillfeather Point\tCITY\n", encoding="utf-8")
    (tmp_path / "patterns.tsv").write_text("ID\tany\tQF-\\d{3}\t\t0.9\n", encoding="utf-8")
    rules, text = DeidRules(["en"], tmp_path), "Seen near Quillfeather Point under QF-118."
    assert {text[f.start : f.end] for f in rules.find(Words(text))} == {
        "Quillfeather Point",
        "QF-118",
    }


def test_bad_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContextError, match="SC900"):
        DeidRules(["xx"])
    (tmp_path / "patterns.tsv").write_text("ID\tany\t(\t\t0.9\n", encoding="utf-8")
    with pytest.raises(ContextError, match="SC322"):
        DeidRules(["en"], tmp_path).find(Words(""))
    with pytest.raises(ContextError, match="SC320"):
        DeidRules(["en"], tmp_path / "gone").find(Words(""))
