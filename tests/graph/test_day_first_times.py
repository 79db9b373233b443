"""When, in German and Spanish; a third of them was held out when the words were added."""

from datetime import date

import pytest

from spacy_clinical.graph.time_expressions import find_times

TUESDAY = date(2024, 7, 2)
CASES = """de|Sturz vor drei Tagen.|vor drei Tagen at 2024-06-29
de|Fieber vor 2 Wochen.|vor 2 Wochen at 2024-06-18
de|Husten seit 3 Tagen.|3 Tagen for 2024-06-29
de|Diabetes seit 2011.|2011 since 2011
de|Aufnahme am 12.03.2021.|12.03.2021 at 2021-03-12
de|Seit dem 05.06.2024 Fieber.|05.06.2024 since 2024-06-05
de|Antibiose bis zum 07.04.2021.|07.04.2021 until 2021-04-07
de|Erbrechen gestern.|gestern at 2024-07-01
de|OP im März 2021.|März 2021 at 2021-03
de|Eingriff am 5. Mai 2024.|5. Mai 2024 at 2024-05-05
de|Infarkt vor einem Jahr.|vor einem Jahr at 2023
de|Befund vom 01.02.2023.|01.02.2023 at 2023-02-01
de|Eingriff vor zwei Monaten.|vor zwei Monaten at 2024-05
de|Seit gestern Fieber.|gestern since 2024-07-01
de|Vorgestern Sturz.|Vorgestern at 2024-06-30
de|Übelkeit seit zwei Wochen.|zwei Wochen for 2024-06-18
es|Caída hace 3 días.|hace 3 días at 2024-06-29
es|Fiebre hace tres semanas.|hace tres semanas at 2024-06-11
es|Tos desde hace 2 semanas.|2 semanas for 2024-06-18
es|Diabetes desde 2011.|2011 since 2011
es|Ingreso el 12/03/2021.|12/03/2021 at 2021-03-12
es|Antibiótico hasta el 07/04/2021.|07/04/2021 until 2021-04-07
es|Vómitos ayer.|ayer at 2024-07-01
es|Cirugía en marzo de 2021.|marzo de 2021 at 2021-03
es|Intervención el 5 de mayo de 2024.|5 de mayo de 2024 at 2024-05-05
es|Infarto hace un año.|hace un año at 2023
es|Fiebre durante 7 días.|7 días for 2024-06-25
es|Caída hace un mes.|hace un mes at 2024-06
es|Anteayer mareo.|Anteayer at 2024-06-30
es|Ictus hace dos años.|hace dos años at 2022
es|Desde el 01/02/2023 disnea.|01/02/2023 since 2023-02-01
es|Cirugía el 1 de febrero de 2023.|1 de febrero de 2023 at 2023-02-01
de|Am 5. April 2021 Sturz.|5. April 2021 at 2021-04-05
de|Letzte Woche Fieber.|Letzte Woche at 2024-06-24/2024-06-30
es|Fiebre la semana pasada.|semana pasada at 2024-06-24/2024-06-30
es|Fiebre el mes pasado.|mes pasado at 2024-06"""
NONE = """Seen at 8 am 12.03.2021.
Dr. Hoy examined her. Ayer, MD.
Befund 12.03.2021
Am 32.03.2021 Sturz.
El 30/02/2021 fiebre.
Vor dem Essen. Vor Ort. Hace frío."""


@pytest.mark.parametrize("row", CASES.split("\n"))
def test_what_is_found(row: str) -> None:
    _, text, wanted = row.split("|")
    found = find_times(text, TUESDAY)
    told = [f"{text[one.start : one.end]} {one.role} {one.span.iso}" for one in found]
    assert "; ".join(told) == wanted


@pytest.mark.parametrize("text", NONE.split("\n"))
def test_what_is_no_time(text: str) -> None:
    assert find_times(text, TUESDAY) == []


def test_a_duration_has_days_and_a_date_in_full_needs_no_note() -> None:
    (found,) = find_times("Husten seit zwei Wochen.", TUESDAY)
    assert (found.days, found.role) == (14, "for")
    (found,) = find_times("Aufnahme am 12.03.2021, gestern Sturz.", None)
    assert found.span.iso == "2021-03-12"
