"""Messages 0xx and 1xx: records, formats, schema and stored Docs."""


class DataMessages:
    # 0xx: records and formats
    SC001 = (
        "Document '{doc}': entity '{entity}' spans {start}-{end}, but the text has {length} "
        "characters. Offsets are characters from 0, end exclusive, with start < end."
    )
    SC002 = "Document '{doc}': the identifier '{id}' is used twice. Give every entity its own."
    SC003 = (
        "Document '{doc}': {what} '{label}' refers to entity '{id}', which the document doesn't "
        "have. Known: {known}."
    )
    SC004 = (
        "Document '{doc}': the fragments of entity '{entity}' are out of order or overlap: "
        "{fragments}. List them in text order."
    )
    SC005 = "Document '{doc}': entity '{entity}' has no {what}."
    SC010 = "{where}: found {found}. Expected {expected}."
    SC011 = (
        "{where}: entity '{entity}' at {fragments} covers {covered} characters of the text, which "
        "differ from the {given} that the line repeats, first at number {first}. Expected the same "
        "characters: see whether the text was edited, re-encoded or given other line ends."
    )
    SC012 = "{where}: {error}"
    SC013 = "{where}: the line refers to '{id}'. Expected the id of {expected} in the same file."
    SC014 = "{where}: the id '{id}' is used twice. Expected an id of its own for every line."
    SC015 = "{where}: found bytes that aren't UTF-8. Expected UTF-8: convert the file."
    SC016 = "{where}: key number {number} of {what} is unknown. Expected {expected}."
    SC017 = "{where}: '{key}' in {what} is {found}. Expected {expected}."
    SC018 = "{format} is read here, not written. Write another format, such as JSONL."
    SC020 = "Document '{doc}': {format} can't hold {what}. {advice}"
    SC021 = (
        "Document '{doc}': the id can't be a file name. Expected at most 200 bytes, no leading dot "
        'or outer space, no control character and none of / \\ : * ? " < > |'
    )
    SC022 = "'{path}' is a file or a folder that isn't empty. Expected a new or empty folder."
    SC023 = "'{path}' is missing: brat has a .txt and an .ann file for every document."
    SC024 = "Can't tell the format of '{path}': {found}. Known: {known}."
    SC025 = "Document '{doc}': the id is used twice. Expected one file name for every document."
    SC026 = "Document '{doc}': {what} can't be written. Expected {expected}."
    SC027 = (
        "{n} documents can't be used ({kinds}). Correct them, or set them aside: --lenient, in "
        "Python a list as `rejects`.\n{errors}"
    )
    SC028 = "{where}: can't be read: {found}."
    SC029 = (
        "'{path}' is {found}, not {given}. Read it as what it is: --format {name}, in Python "
        "format='{name}'."
    )
    SC030 = (
        "{format} is read and written by the package {package}, which isn't installed. Expected "
        "the extra `formats`: pip install 'spacy-clinical[formats]'."
    )
    SC031 = (
        "'{path}' can't be written: {found}. Nothing stands under that name that wasn't there "
        "before. Make room, or get the right to write there, and give the command again."
    )
    SC032 = "'{path}' can't be read or written: {found}."
    SC033 = (
        "What is to be written is named like a server's address, or has a password in it. Give a "
        "file's or a folder's name; an address belongs behind --to, and the target is a receipt "
        "then, NAME.json."
    )
    # 1xx: schema and storage
    SC101 = (
        "The schema doesn't allow the relation '{label}' from '{head}' to '{tail}'. It allows "
        "heads {heads} and tails {tails}. Correct the annotation or widen the schema."
    )
    SC102 = "The schema doesn't know the {kind} label '{label}'. Known: {known}."
    SC103 = "The schema can't be read: {what}. Expected {expected}."
    SC104 = (
        "The mentions stored in doc.spans['{key}'] no longer lie where they were stored: mention "
        "{index} was at characters {stored}, and is at {found}. The tokenisation was changed "
        "after annotation: retokenise before the first clinical component runs."
    )
    SC105 = (
        "doc.spans['{key}'] holds {spans} spans, but {field} for {values} mentions. Change the "
        "mentions through spacy_clinical.docs.set_mentions, which keeps them together."
    )
    SC106 = "A relation points at mentions {head} and {tail}, but the Doc stores {n} mentions."
    SC107 = (
        "The Doc has no span group '{key}'. It has: {known}. Run `clinical_ner` first, or set "
        "`spans_key` to the group that holds the mentions."
    )
    SC108 = (
        "A document's meta has '{field}' as {found}. Expected an object with 'entities', a list of "
        "labels, and 'assertions', true or false; either may be left out."
    )
    SC109 = (
        "The table of assertion words '{path}', line {line}: found {found}. Expected attribute, "
        "value and meaning, separated by tabs, in UTF-8; the meaning is one or more of present, "
        "absent, possible, hypothetical, historical, family, separated by blanks, or '-'."
    )
    SC110 = (
        "doc._.rel can't store {found}. Expected what doc._.rel or doc._.relations gives; a dict "
        "{{(first token of the head, of the tail): {{label: probability}}}}; or a list of items "
        "with `dep` and `dest`, positions in doc.ents, and `relation`."
    )
    SC111 = (
        "{name} shows what is stored and can't be written. Use the functions of "
        "spacy_clinical.docs: set_mentions, set_assertions, set_relations, set_concept_relations, "
        "set_links, set_sections, set_abbreviations."
    )
    SC112 = (
        "No mention with the borders and the label of the span at characters {start} to {end} is "
        "stored in this Doc. Store mentions first, with spacy_clinical.docs.set_mentions."
    )
    SC120 = (
        "The unit '{unit}' is not known. Expected a UCUM code that quantities/data/units.tsv has, "
        "or codes of it parted by '/'."
    )
    SC121 = (
        "'{unit}' measures {found}, '{to}' {expected}: one can't be converted into the other. "
        "Expected units of one dimension."
    )
    SC123 = "The language '{found}' is no code of ISO 639-1. Give one such as de, es or de-AT."
