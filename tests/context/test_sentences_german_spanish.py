"""Full stops in German and Spanish letters that end no sentence; `|` where one begins."""

import pytest

from spacy_clinical.context.sentences import find_sentences

MARKED = """Pat. klagt über Husten.| Kein Fieber.
Infekte, z.B. Husten, z. B. Schnupfen.| Kein Fieber.
St.p. Appendektomie 2004.| Z. n. Tonsillektomie.
Dr. med. Müller hat die Pat. Frau Schulz gesehen.
Prof. Dr. med. Meier übernimmt.
V. a. Pneumonie, d. h. kein Infarkt.
Rasselgeräusche bds. Basal gedämpft.
Mind. 3 Tage, max. 5 Tage, ca. 3 cm große Läsion.
Tbl. Metformin 1000 mg, ggf. Kontrolle.
Chron. Niereninsuffizienz, rez. Harnwegsinfekte.
Aufnahme am 12.03. wegen Fieber, geplant für den 3. Tag.
Der Eingriff ist für den 5.4. vorgesehen.| Entlassung am 7.4. nach Hause.
Medikation s. o. bzw. s. u. Arztbrief.
Vorstellung in der Chir. Ambulanz.
Der Pat. wurde am 1. Mai entlassen.| Er ist wohlauf.
Keine Ödeme.| Pulmo frei.| Abdomen weich.
Temp. 38,5 °C.| RR 120/80 mmHg.
Frau Dr. Weber, Oberärztin.| Mit freundlichen Grüßen
Sra. García, remitida por el Dr. Pérez.| Sin fiebre.
Lesión de aprox. 3 cm.| Sin adenopatías.
Síntomas, p. ej. tos, p.ej. fiebre.| No disnea.
Srta. López y Dña. María acudieron.
D. Juan Ruiz, Prof. Gómez.
Dolor en pierna izq. y hombro dcho. Intenso.
Ingreso el 12.03. por fiebre.
Tel. 91 555 00 00.| Fdo. Dra. Ruiz.
EE. UU. y la U.C.I. del centro.
No tos.| No fiebre.| Abd. blando.
Ant. Familiares: sin interés.
Núm. de historia 123, pág. 3.
Afebril.| TA 120/80.| FC 80 lpm.
Acude a Urg. Por dolor.
La Dra. Sanz, adj. De cirugía.
Se realiza Rx. Tórax sin condensación.| Dx. Neumonía.
Refill Rx.| He rests.
Hr. Meier klagt über Husten.| Kein Fieber.
Levofloxacin alle 12 Std. für 7 Tage.| Hr. Braun, geb. 02.02.1951, wohlauf.
Fr. Dr. Weber sah den Pat. Herrn Braun.
Z.n. Apoplex, V.a. Rezidiv.| Kein Infekt.
RG bds. basal.| Kein Giemen.
Vorstellung bei Hr. Dr. Klein am 3. Mai.| Wohlauf.
El Sr. Gil refiere tos.| No fiebre.
Paracetamol cada 8 h.| Control en 7 días.
La Sra. Ruiz y el Dr. Gómez.| Sin cambios.
Aprox. 3 cm, p. ej. quiste.| Sin cambios.
Hr. Prof. Schmidt und Fr. Klein.| Beschwerdefrei.
El Sr. López niega síncope.| Afebril.
Abd. blando, RHA pos.| No masas.
Metoprolol 2x tgl. weiter.| Kontrolle."""


@pytest.mark.parametrize("marked", MARKED.split("\n"))
def test_borders(marked: str) -> None:
    parts = marked.split("|")
    begins = [0]
    for part in parts[:-1]:
        begins.append(begins[-1] + len(part))
    found = find_sentences("".join(parts))
    assert found == [0, *(begin + 1 for begin in begins[1:])]
