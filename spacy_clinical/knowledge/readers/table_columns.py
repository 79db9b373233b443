"""What a table's columns hold, by their headings, or as the user says."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..name_forms import fold
from . import row_status
from .code_columns import HEADINGS as SYSTEMS
from .code_columns import known_system, system_of_file, system_of_heading

# What columns are usually called in English, German, Spanish and French, in any case, without
# accents and with blanks or hyphens for the underscore; the first that there is counts.
USUAL = {
    "id": (
        "conceptid id concept_id concept_code code cd nr nummer number num kode schlussel codigo"
        " identifier class_id"
        " record_id local_code local_id internal_code internal_id item_code item_id item_number"
        " catalog_code catalog_id catalogue_code test_code test_id component_id analyte_code"
        " drug_code drug_id medication_id medication_code formulary_id formulary_code"
        " diagnosis_id diagnosis_code dx_id dx_code problem_id problem_code procedure_id"
        " procedure_code order_code orderable_id charge_code nomenclature_id term_id"
        " source_identifier source_code"
        " interne_nummer interner_code artikelnummer artikel_nr katalognummer leistungscode"
        " leistungsnummer untersuchungscode diagnoseschlussel diagnosecode"
        " identificador codigo_interno codigo_local identifiant code_interne code_local"
    ),
    "name": (
        "name preferred_name preferred_term preferred_label concept_name term label display fsn"
        " display_name title long_title long_name long_common_name generic_name drug_name"
        " medication_name medication drug ingredient active_ingredient test_name component_name"
        " analyte_name analyte procedure_name problem_name problem diagnosis_name diagnosis"
        " source_string"
        " bezeichnung begriff klartext titel klassentitel langtext wirkstoff wirkstoffname"
        " medikament diagnose diagnosetext analyt untersuchung leistungsbezeichnung langbezeichnung"
        " text"
        " nombre termino denominacion nombre_generico principio_activo diagnostico medicamento"
        " prueba"
        " libelle libelle_long designation intitule nom denomination terme terme_prefere dci"
        " denomination_commune medicament diagnostic"
        " full_name desc description long_description descripcion beschreibung thing"
    ),
    "aliases": (
        "aliases alias synonyms synonym other_names other_name abbreviation abbreviations abbr"
        " abbrev"
        " acronym acronyms short_name shortname short_title short_description short_desc"
        " product_name"
        " display_name"
        " long_name long_common_name fsn fully_specified_name preferred_name preferred_term"
        " consumer_name patient_friendly_name generic_name brand_name brand_names trade_name"
        " trade_names mnemonic"
        " synonyme synonymes abkurzung abkurzungen kurzel kurztext kurzname kurzbezeichnung"
        " handelsname handelsnamen praparat praparatename specialite produktname markenname"
        " suchbegriff"
        " suchbegriffe"
        " sinonimos sinonimo abreviatura abreviaturas siglas nombre_corto nombre_comercial"
        " abreviation abreviations sigle libelle_court nom_commercial nom_de_marque"
    ),
    "types": (
        "types type semantic_types semantic_type semantic_tag typ tipo category kategorie categoria"
        " categorie class classe clase klasse art domain domain_id concept_class concept_class_id"
        " record_type term_type item_type therapeutic_class drug_class pharm_class"
        " pharmacologic_class"
    ),
    "definition": "definition definitions description beschreibung definicion descripcion",
    "xrefs": "xrefs xref cross_references crossreferences",
    "parents": "parents parent",
    "source": "source vocabulary",
    "language": "language lang language_code languagecode",
    "system": (
        "code_system code_set codesystem coding_system codingsystem code_type vocabulary_id"
        " source_vocabulary kodesystem codierungssystem sistema_de_codificacion"
        " systeme_de_codage terminology terminologie terminologia"
    ),
    **row_status.HEADINGS,
}
SEVERAL = ("aliases", "types", "xrefs", "parents", *row_status.HEADINGS)
# Of a row's own codes, the one that "code system" speaks of.
OF_SYSTEM = frozenset(
    (
        "concept_code", "source_identifier", "source_code", "code", "kode", "codigo", "identifier",
    )
)  # fmt: skip
MEMBER = "referencedcomponentid"
_NUMBERED = re.compile(r"_?\d+\Z")  # "synonym 2"
# What says whose the code, name or state is, and nothing else: "catalog type", "Diagnosetext".
_THINGS = (
    r"orderable|items?|tests?|drugs?|med(?:ication|icament|icamento|s)?|medikamente?n?|arzneimittel"
    r"|wirkstoff|diag|diagnos(?:is|e|en|tico|tic)|dx|problema?|procedures?|procedimiento|prozeduren?"
    r"|analy(?:te?|se|sen|sis)|prueba|examen|exam|leistungs?|untersuchungs?|artikel|article"
    r"|articulo|allergen|alergeno|vaccine|vaccin|vacuna|impfstoff|acte|prestation|prestacion"
    r"|disease|krankheit|enfermedad|maladie|condition|finding|symptom|product|produkt|producto"
    r"|produit|organism|specimen|device|imaging|study|terms?|charges?|services?"
)
_WHOSE = (
    rf"{_THINGS}|catalog(?:ue)?|catalogo|order|lab(?:or)?|laboratory|local|lokal(?:er|e)?"
    r"|intern(?:al|er|e|o)?|own|record|concept|entry|source|nomenclature|hospital|haus|klinik"
    r"|primary|preferred|current|main|thera(?:peutic)?|pharm|terapeutic[oa]|listungs?"
)
_WHOSE_WORDS = re.compile(
    rf"(?:\A|_)(?:{_WHOSE}|is|ist|flag|ind|indicator|yn|kz|de|del|du|des|der|la|le|el|l|d)(?=_|\Z)"
)
_WHOSE_BEFORE = re.compile(
    rf"\A(?:{_WHOSE})(?=(?:nr|nummer|code|kode|text|bezeichnung|name|art|kurzel|status)\Z)"
)
_THING = re.compile(rf"(?:{_THINGS})")
_THING_ITSELF = "thing"  # "Allergen": what the row is called
_MOMENT = re.compile(r"_(?:at|dt|ts|time|timestamp|dt_tm|datum)\Z")
_CATEGORY = re.compile(r"_c(?:_name)?\Z")  # behind columns of categories in reporting databases

_YES_NO = re.compile(r"_(?:[yjso]_n|yes_no|ja_nein|si_no|oui_non|0_1|1_0)\Z")  # "Active (Y/N)"
_ENDS = {
    "id": "id|code|nr|nummer|number|kode|codigo|cd",
    "name": "name|description|desc|bezeichnung|text|nombre|descripcion|denominacion|libelle|nom",
    row_status.STATE: "status|statut|estado",
}
_LOOSE = {name: re.compile(rf"\A(?:{words})_|_(?:{words})\Z") for name, words in _ENDS.items()}
_OF_OTHERS = re.compile(  # what isn't the row's own, or says no more than its group
    r"unit|einheit|class|klasse|categ|kateg|group|gruppe|grupo|groupe|type|typ|route|form|file|user"
    r"|patient|person|depart|ward|station|manufact|hersteller|vendor|supplier|provider|physician"
    r"|system|revenue|zip|price|preis|marital|stock"
)

Given = Mapping[str, str | Sequence[str]]


@dataclass
class Columns:
    """Which columns of a table hold what.

    fields (dict[str, list[str]]): Field, one of USUAL, to its columns.
    systems (dict[str, str]): Column of codes to the system, one of `code_columns.FORMS`.
    of_system (str): The column of codes whose system each row says, "" for none.
    unread (list[str]): The others.
    given (frozenset[str]): Fields whose columns the user named.
    """

    fields: dict[str, list[str]] = field(default_factory=dict)
    systems: dict[str, str] = field(default_factory=dict)
    of_system: str = ""
    unread: list[str] = field(default_factory=list)
    given: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """RETURNS (str): The column of identifiers, "" for none."""
        return next(iter(self.fields.get("id", ())), "")

    @property
    def is_enough(self) -> bool:
        """RETURNS (bool): Whether there are identifiers and names."""
        return bool(self.id and (self.fields.get("name") or self.fields.get("aliases")))

    def take_name(self, file: str) -> None:
        """Take the system that a file's name says for that of the identifiers, where their column
        is any code's and nothing else in the table is of that system.

        file (str): The file's name.
        """
        system = system_of_file(file)
        generic = fold(self.id).replace(" ", "_") in OF_SYSTEM
        if system and generic and not self.of_system and system not in self.systems.values():
            self.systems[self.id] = system

    def codes(self) -> list[str]:
        """RETURNS (list[str]): The columns of codes beside the identifier."""
        said = [*self.systems, *filter(None, [self.of_system])]
        return [column for column in dict.fromkeys(said) if column != self.id]

    def told(self) -> list[str]:
        """RETURNS (list[str]): What is read as what: "id = RxNorm (RXNORM)"."""
        ordered = sorted(self.fields, key=list(USUAL).index)
        rows = [(name, column) for name in ordered for column in self.fields[name]]
        rows += [("xrefs", column) for column in self.codes()]
        return [f"{name} = {self._titled(column)}" for name, column in rows]

    def _titled(self, column: str) -> str:
        system = self.systems.get(column)
        return f"{column} ({system})" if system else column


def is_field(name: str) -> bool:
    """RETURNS (bool): Whether a column may hold this: a field, or codes of a system."""
    return name in USUAL or bool(known_system(name))


def choose_columns(header: Iterable[str], given: Given | None = None) -> Columns:
    """Tell what a table's columns hold.

    header (Iterable[str]): Its headings.
    given (Given | None): Field, or code system, to the column or columns that the user names; they
        count, and no other of the field.
    RETURNS (Columns): The columns. The identifier is the first of: the user's, a table's own code,
        codes of a system, in the order of `code_columns.HEADINGS`.
    """
    free = {column: _spell(column) for column in header if column}
    found = Columns()
    for name, columns in (given or {}).items():
        named = [columns] if isinstance(columns, str) else list(columns)
        if name in USUAL:
            found.fields[name] = named
        else:
            found.systems |= dict.fromkeys(named, known_system(name))
    found.given = frozenset(found.fields)
    for column in [*chain_values(found.fields), *found.systems]:
        free.pop(column, None)
    _find_systems(found, free)
    if MEMBER in map(fold, found.systems):
        free.pop("id", None)  # of the member of a reference set
    for spell in (_exact, _bare):
        for name in USUAL:
            _find_field(found, name, {column: spell(said) for column, said in free.items()}, free)
    _take_system(found)
    for name, loose in _LOOSE.items():
        _find_loosely(found, name, loose, free)
    _find_code(found, free)
    used = {*chain_values(found.fields), *found.systems, found.of_system}
    found.unread = [column for column in header if column and column not in used]
    return found


def chain_values(fields: Mapping[str, Sequence[str]]) -> list[str]:
    """RETURNS (list[str]): The columns of all fields."""
    return [column for columns in fields.values() for column in columns]


def _find_systems(found: Columns, free: dict[str, str]) -> None:
    for column in [*free, *found.fields.get("id", ())]:
        if column not in found.systems and (system := system_of_heading(column)):
            found.systems[column] = system
            free.pop(column, None)


def _spell(heading: str) -> str:
    """A heading as USUAL has it: "Activo (S/N)" as "activo", "Problem #" as "problem_nr"."""
    return _YES_NO.sub("", fold(heading.replace("#", " nr ")).replace(" ", "_"))


def _exact(said: str) -> str:
    return said


def _bare(said: str) -> str:
    """A heading without the words that say whose: "record state c name" is a state."""
    said = _CATEGORY.sub("", said)
    bare = _WHOSE_WORDS.sub("", _WHOSE_BEFORE.sub("", said)).strip("_")
    return _MOMENT.sub("_date", bare) if bare else _THING_ITSELF * bool(_THING.fullmatch(said))


def _find_field(found: Columns, name: str, said: Mapping[str, str], free: dict[str, str]) -> None:
    """A field's columns: the first with a usual name, for several values all of them."""
    before, several = found.fields.get(name, []), name in SEVERAL
    if name in found.given or (before and not several):
        return
    mine = [
        column
        for usual in USUAL[name].split()
        for column, word in said.items()
        if usual == word or (several and usual == _NUMBERED.sub("", word))
    ]
    mine = list(dict.fromkeys(mine))[: None if several else 1]
    if mine:
        found.fields[name] = [*before, *mine]
    for column in mine:
        free.pop(column, None)


def _find_loosely(found: Columns, name: str, loose: re.Pattern[str], free: dict[str, str]) -> None:
    """The first column whose heading ends or begins as one of a field that has none."""
    mine = [c for c, said in free.items() if loose.search(said) and not _OF_OTHERS.search(said)]
    if name not in found.fields and mine:
        found.fields[name] = mine[:1]
        free.pop(mine[0])


def _take_system(found: Columns) -> None:
    """Take the finest system's codes for identifiers, where there are no others."""
    order = list(SYSTEMS)
    if "id" not in found.fields and found.systems:
        finest = min(found.systems, key=lambda column: order.index(found.systems[column]))
        found.fields["id"] = [finest]


def _find_code(found: Columns, free: dict[str, str]) -> None:
    """The column whose system each row says: a code beside the identifier, or that itself."""
    if "system" not in found.fields:
        return
    named = {said: column for column, said in free.items()}
    beside = next((column for said, column in named.items() if said in OF_SYSTEM), "")
    own = "" if found.id in found.systems else found.id
    said = fold(own).replace(" ", "_")
    if OF_SYSTEM.isdisjoint((said, _bare(said))):
        own = ""
    found.of_system = beside or own
    if not found.of_system:
        del found.fields["system"]
