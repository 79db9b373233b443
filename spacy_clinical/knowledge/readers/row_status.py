"""Which rows of a table hold no more: by a word under "Status" or "Retired", by a date under "Valid
to"."""

import re
from datetime import date, timedelta
from functools import lru_cache

from ..name_forms import fold

# What columns are called, in any case and without accents.
ACTIVE, STATUS, STATE, INACTIVE = "active", "status", "state", "inactive"
UNTIL, SINCE = "valid_to", "valid_from"
HEADINGS = {
    ACTIVE: (
        "active is_active active_flag active_ind active_indicator active_yn enabled valid is_valid"
        " in_use current is_current aktiv ist_aktiv gultig ist_gultig aktivkennzeichen aktiv_kz"
        " freigegeben activo activa vigente en_uso habilitado actif en_vigueur valide"
    ),
    STATUS: (
        "status status_code active_status record_status record_state concept_status code_status"
        " term_status item_status lifecycle_status state zustand estado statut etat"
    ),
    STATE: "",  # "Use status": any heading that ends or begins so
    INACTIVE: (
        "inactive is_inactive inactive_flag retired is_retired deleted is_deleted deleted_flag"
        " obsolete is_obsolete discontinued is_discontinued deprecated is_deprecated suppress"
        " suppressed invalid invalid_reason inactivation_reason reason_for_inactivation disabled"
        " hidden archived withdrawn superseded"
        " inaktiv ist_inaktiv gesperrt sperre sperrkennzeichen sperrgrund geloscht"
        " loschkennzeichen ungultig veraltet stillgelegt archiviert"
        " inactivo inactiva de_baja baja anulado eliminado obsoleto descatalogado"
        " inactif supprime archive annule"
    ),
    UNTIL: (
        "valid_to valid_until valid_thru valid_through validto valid_end_date end_date end_dt"
        " enddate effective_to effective_until effective_end effective_end_date"
        " end_effective_date end_effective_dt_tm date_to expiration_date expiry_date expires"
        " expired_on termination_date term_date inactive_date inactivation_date inactivated_on"
        " retired_date retired_on retirement_date deleted_at deleted_on deletion_date"
        " discontinued_date discontinued_on discontinuation_date obsolete_date obsolete_on"
        " deprecated_on deleted_date closed_date date_retired date_deleted date_inactivated"
        " gultig_bis gueltig_bis gultigkeit_bis gultig_bis_datum bis ablaufdatum"
        " enddatum geloscht_am inaktiv_ab inaktiv_seit ungultig_ab gesperrt_am gesperrt_ab"
        " fecha_fin fecha_de_fin fecha_baja fecha_de_baja fecha_hasta valido_hasta valida_hasta"
        " vigente_hasta hasta fecha_de_caducidad fecha_fin_vigencia"
        " date_fin date_de_fin date_fin_validite date_de_fin_de_validite valable_jusqu_au"
        " valide_jusqu_au date_de_fermeture date_fermeture date_d_expiration date_de_suppression"
        " fin_de_validite"
    ),
    SINCE: (
        "valid_from validfrom valid_start_date start_date start_dt effective_from effective_start"
        " effective_start_date effective_date eff_date beg_effective_date beg_effective_dt_tm"
        " date_from"
        " gultig_ab gultig_von gueltig_ab gueltig_von gultigkeit_ab"
        " fecha_inicio fecha_de_inicio fecha_alta fecha_de_alta fecha_desde valido_desde"
        " vigente_desde"
        " date_debut date_de_debut valable_a_partir_du valide_a_partir_du"
    ),
}


def _words(text: str) -> frozenset[str]:
    return frozenset(word.replace("_", " ") for word in text.split())


_NO = _words("n no 0 false nein non f falsch falso faux")
_YES = _words("y yes 1 true x j ja si oui t s wahr verdadero vrai")
_OTHER = _words("f t s o x")  # of a status, other words' first letters: "F" is final, or formulary
_HOLDS = _YES | _words(
    "a active activ aktiv activo activa actif current valid gultig gueltig vigente valide released"
    " published approved final in_use enabled freigegeben habilitado in_kraft en_uso en_vigueur"
    " normal ok standard gelistet"
)
_HOLDS_NOT = _NO | _words(
    "i d u inactive inaktiv inactivo inactiva inactif retired obsolete deleted deprecated"
    " discontinued withdrawn removed cancelled canceled disabled suppressed archived superseded"
    " replaced expired invalid hidden historical terminated not_active no_longer_active"
    " never_active ausgelistet delisted not_in_use"
    " entered_in_error geloscht gesperrt ungultig veraltet stillgelegt archiviert abgelaufen"
    " nicht_aktiv obsoleto anulado eliminado baja de_baja retirado retirada caducado"
    " descatalogado fuera_de_uso no_vigente no_activo supprime archive perime retire annule"
    " non_actif hors_service"
)
_WORD = 5  # letters of a word that says one thing under whatever heading
_TIME = r"(?:[T ].{0,30})?"
_ISO = re.compile(rf"(\d{{4}})(?:(\d\d)(\d\d)|[-./](\d{{1,2}})[-./](\d{{1,2}})){_TIME}")
_MONTH = re.compile(rf"(\d{{1,2}})[- ]([A-Za-z]{{3}})[- ](\d{{4}}){_TIME}")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_NEVER = re.compile(rf"[0./-]*0[0./-]*{_TIME}")  # "00.00.0000"
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?: .{0,30})?")
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?")  # days since 1900, as spreadsheets count
_ZERO = re.compile(r"(\d)\.0+")
_BEGIN = date(1899, 12, 30)

DATES = UNTIL, SINCE
HOLDS, GONE, NOT_YET, UNKNOWN = "holds", "gone", "not yet", "unknown"


@lru_cache(4096)
def judge(kind: str, cell: str, today: date) -> str:
    """Tell what a cell says of its row.

    kind (str): One of HEADINGS.
    cell (str): Its text; an empty one says nothing against the row.
    today (date): The day to hold dates against.
    RETURNS (str): HOLDS, GONE, NOT_YET, or UNKNOWN for a word or date that isn't known.
    """
    text = cell.strip()
    if not text:
        return HOLDS
    if kind in DATES:
        return _by_date(kind, text, today)
    whole = _ZERO.fullmatch(text)
    word = whole[1] if whole else fold(text)
    if (kind == STATUS and word in _OTHER) or (kind == STATE and len(word) < _WORD):
        return UNKNOWN  # "N" may say that it's on no formulary
    if kind in (ACTIVE, STATUS, STATE):
        return HOLDS if word in _HOLDS else GONE if word in _HOLDS_NOT else UNKNOWN
    if word in _NO or (word in _HOLDS and word not in _YES):
        return HOLDS
    dated = _by_date(UNTIL, text, today)
    return GONE if dated == UNKNOWN else dated


def reason_of(kind: str, said: str) -> str:
    """RETURNS (str): What to call the rows that a column says hold no more, or not yet."""
    if said == NOT_YET:
        return "rows that aren't valid yet"
    return "rows that are no longer valid" if kind == UNTIL else "inactive rows"


def _by_date(kind: str, text: str, today: date) -> str:
    if _NEVER.fullmatch(text):
        return HOLDS
    days = _days(text)
    if not days:
        return UNKNOWN
    if kind == UNTIL:
        return GONE if max(days) < today else HOLDS if min(days) >= today else UNKNOWN
    return NOT_YET if min(days) > today else HOLDS


def _days(text: str) -> list[date]:
    """The days that a text may mean: "5/6/2024" is two."""
    if match := _ISO.fullmatch(text):
        year, month, day = filter(None, match.groups())
        return _real([(int(year), int(month), int(day))])
    if match := _MONTH.fullmatch(text):
        number = _MONTHS.get(match[2].lower(), 0)
        return _real([(int(match[3]), number, int(match[1]))])
    if match := _DAY_FIRST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        ways = [(year, second, first)]
        return _real(ways if match[2] == "." else [*ways, (year, first, second)])
    if match := _SERIAL.fullmatch(text):
        return [_BEGIN + timedelta(days=int(match[1]))]
    return []


def _real(ways: list[tuple[int, int, int]]) -> list[date]:
    found = []
    for year, month, day in ways:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found
