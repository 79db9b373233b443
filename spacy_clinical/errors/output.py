"""Messages 7xx: pages, reports, explanations and exports."""


class OutputMessages:
    # 7xx: pages, reports, explanations
    SC701 = (
        "There are {notes} notes, but gold annotation of {gold}. Give the same notes in the same "
        "order."
    )
    SC702 = (
        "Note {number} ('{name}') and its gold annotation differ in their text. Give the same "
        "notes in the same order."
    )
    SC703 = (
        "'{source}' is a pipeline: say which notes it is to annotate. Give --notes FILE (text, "
        "JSONL or a corpus) or --text TEXT."
    )
    SC704 = "'{path}' is no page. Name it .html."
    SC705 = (
        "--gold shows gold annotation beside the predicted one, but '{path}' has none. Give an "
        "annotated corpus as --notes, or leave --gold away."
    )
    SC706 = "--notes, --text and --gold go with a pipeline, but '{source}' is a corpus."
    SC707 = (
        "Curves need matplotlib, which can't be imported ({error}). Install it with: "
        "pip install 'spacy-clinical[eval]'"
    )
    SC708 = (
        "'{name}' can't explain a mention of '{label}': it must have that label, and an "
        "architecture of ours that reads the encoder's vectors alone: no `hidden`, no `forms`."
    )
    SC709 = (
        "'{name}' can't explain relation {index}, '{label}': it isn't among its candidates. "
        "Explain the relations that this pipeline found."
    )
    SC710 = "The pipeline has no {what}, which the explanation needs."
    SC711 = "'{path}' is neither a page nor data. Name it .html or .json."
    SC712 = (
        "'{name}' gave mention {index} no value of '{attribute}', so there is none to explain. "
        "What rules say has its cue beside it: `span._.assertion_cue`."
    )
    # 75x: exports
    SC750 = (
        "The mapping table '{path}' doesn't have the expected columns. Expected, separated by "
        "tabs: {columns}."
    )
    SC751 = (
        "The mapping table '{path}', line {line}: found {found} cells. Expected {expected}, "
        "separated by tabs."
    )
    SC752 = (
        "The output needs '{module}', which can't be imported ({error}). Install it with: "
        "pip install 'spacy-clinical[{extra}]'"
    )
    SC753 = (
        "Note '{id}' has no number of its own, or one that another note has. OMOP wants a whole "
        "number for every note: give it as the note's id or in the field `note_id`, for all notes, "
        "or for none where the tables are new files."
    )
    SC754 = "A {kind} isn't valid FHIR, at: {where}. See the mapping tables."
    SC755 = (
        "The mapping table '{path}', line {line}: what stands under '{column}' isn't known. "
        "Expected {expected}."
    )
    SC756 = (
        "The export breaks {n} rules of FHIR R4: {faults}. Correct the mapping tables; with the "
        "tables as shipped this is a bug, please report it."
    )
    SC757 = (
        "The mapping table '{path}' has no row for {key}. Expected one for each that the table as "
        "shipped has: change a row, don't leave it out."
    )
    SC758 = (
        "'{path}' holds no mapping tables. Expected a folder with tables such as fhir_labels.tsv."
    )
