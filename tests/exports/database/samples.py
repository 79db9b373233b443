"""Small annotated notes, and an OMOP CDM's two tables with what they refer to."""

import spacy
from spacy.tokens import Doc

from spacy_clinical.docs import to_doc
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.records import Attribute, Entity, Record, Relation

TEXT = "Zebediah was given aspirin for pain . Zebediah's fever : none ."
TOKENIZE = spacy.blank("en").make_doc
ENTITIES = (
    Entity("T1", "MEDICATION", ((19, 26),)),
    Entity("T2", "SYMPTOM", ((31, 35),)),
    Entity("T3", "SYMPTOM", ((49, 54),)),
)
SAID = (Attribute("T2", "assertion", "present"), Attribute("T3", "assertion", "absent"))
SETTINGS = ExportSettings("en_x", "1.0", "2026-01-02T03:04:05+00:00", model="ab" * 16)


def note(id: str, mentions: int = 3, text: str = TEXT, **meta: object) -> Doc:
    """A note with its first mentions; the first two are related."""
    taken = {entity.id for entity in ENTITIES[:mentions]}
    relations = (Relation("T1", "T2", "TREATS"),) if mentions > 1 else ()
    said = tuple(a for a in SAID if a.target in taken)
    record = Record(id, text, ENTITIES[:mentions], relations, said, meta=meta)
    return to_doc(record, TOKENIZE)


# Columns, types and constraints of the CDM 5.4 for the tables used here, and those that they refer
# to, cut down to their keys.
CDM = """
CREATE TABLE {0}person (person_id integer PRIMARY KEY);
CREATE TABLE {0}concept (concept_id integer PRIMARY KEY);
INSERT INTO {0}person VALUES (1), (2);
INSERT INTO {0}concept VALUES (0), (32817), (32678), (4180186);
CREATE TABLE {0}note (
    note_id integer NOT NULL PRIMARY KEY,
    person_id integer NOT NULL REFERENCES {0}person,
    note_date date NOT NULL,
    note_datetime timestamp NULL,
    note_type_concept_id integer NOT NULL REFERENCES {0}concept,
    note_class_concept_id integer NOT NULL REFERENCES {0}concept,
    note_title varchar(250) NULL,
    note_text text NOT NULL,
    encoding_concept_id integer NOT NULL REFERENCES {0}concept,
    language_concept_id integer NOT NULL REFERENCES {0}concept,
    provider_id integer NULL,
    visit_occurrence_id integer NULL,
    visit_detail_id integer NULL,
    note_source_value varchar(50) NULL,
    note_event_id integer NULL,
    note_event_field_concept_id integer NULL
);
CREATE TABLE {0}note_nlp (
    note_nlp_id integer NOT NULL PRIMARY KEY,
    note_id integer NOT NULL,
    section_concept_id integer NULL REFERENCES {0}concept,
    snippet varchar(250) NULL,
    "offset" varchar(50) NULL,
    lexical_variant varchar(250) NOT NULL,
    note_nlp_concept_id integer NULL REFERENCES {0}concept,
    note_nlp_source_concept_id integer NULL REFERENCES {0}concept,
    nlp_system varchar(250) NULL,
    nlp_date date NOT NULL,
    nlp_datetime timestamp NULL,
    term_exists varchar(1) NULL,
    term_temporal varchar(50) NULL,
    term_modifiers varchar(2000) NULL
);
"""
