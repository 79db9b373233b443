"""Messages 6xx: terminologies, links and the graph."""


class KnowledgeMessages:
    # 60x-63x: terminologies, knowledge bases and links
    SC601 = "{path}, line {line}: found {found}. Expected {expected}."
    SC602 = (
        "'{encoding}' is no encoding of texts in which ASCII stands for itself. Give one that "
        "Python knows, such as utf-8 or cp1252."
    )
    SC603 = (
        "{path}, line {line}: found bytes that aren't {encoding}. Give the file's encoding, such "
        "as --encoding cp1252, or convert it."
    )
    SC604 = "'{path}' can't be read: {what}."
    SC605 = (
        "No file '{pattern}' ({what}) in '{folder}' or below. Give the folder of the unpacked "
        "release."
    )
    SC606 = (
        "Can't tell the terminology format of '{path}': {found}. Give --format, one of: {known}."
    )
    SC607 = (
        "The terminologies give no concept with a name. Left out: {left_out}. Widen the filters or "
        "add the file that holds the names."
    )
    SC610 = (
        "No knowledge base in '{folder}': it has no kb.json. Build one with: python -m spacy "
        "clinical kb build SOURCE --output FOLDER"
    )
    SC611 = "The knowledge base is broken: '{path}': {error}. Build it again."
    SC612 = (
        "The knowledge base '{folder}' has the version {found}, and this package reads {known}. "
        "Build it again."
    )
    SC613 = (
        "'{name}' has no knowledge base. Set `kb` in [components.{name}], or in "
        "[initialize.components.{name}], to the folder that `spacy clinical kb build` wrote; for a "
        "saved pipeline: spacy.load(PIPELINE, config={{'components.{name}.kb': FOLDER}})."
    )
    SC614 = (
        "'{name}': its knowledge base isn't at '{folder}', where it was when the pipeline was "
        "saved. Move it there, name it at load: spacy.load(PIPELINE, "
        "config={{'components.{name}.kb': FOLDER}}), or save the pipeline with `save_kb = true`."
    )
    SC615 = (
        "scispaCy's linker can't be used: {error}. Install it in an environment with numpy below "
        "2: pip install 'spacy-clinical[scispacy]'"
    )
    SC616 = (
        "The knowledge base '{folder}' holds no parents: it was built before they were kept. Build "
        "it again."
    )
    SC617 = "The knowledge base '{folder}' has no concept, code or name '{name}'."
    SC618 = (
        "'{name}' is {n} concepts in the knowledge base: {known}. Name one of them by its "
        "identifier."
    )
    SC620 = (
        "Found --column {found}. Expected FIELD=COLUMN or FILE:FIELD=COLUMN, such as --column "
        "id=code; a field is id, name, aliases, types, definition, xrefs, parents, source, "
        "language, system, active, status, inactive, valid_from, valid_to, or a code system such "
        "as ICD10CM."
    )
    SC621 = "Found --column {found}: {what}. There are: {known}."
    SC622 = "{place}: there is no set '{name}'. There are: {known}."
    SC623 = "A set of concepts holds itself: {chain}. Take one of them out."
    SC624 = (
        "'{path}' is a workbook of a spreadsheet. Save the sheet as CSV (UTF-8), with the columns "
        "of codes as text, as long numbers lose their last digits, and give that."
    )
    # 65x: the graph of what notes say
    SC650 = "Document '{doc}' has one {what} in one graph and another in the next. Give it one."
    SC651 = (
        "Document number {number} has the id '{id}', which is empty or used before. Give every "
        "document an id of its own: the graph's evidence refers to it."
    )
    SC652 = (
        "Document '{doc}': the date in meta['{key}'] can't be read. Expected YYYY-MM-DD, YYYY-MM, "
        "YYYY, or a day, the month's English name and the year."
    )
    SC653 = "The graph has no patient '{patient}' among its {n}."
    SC654 = "The roles in '{path}' can't be read: {what}. Expected lists of labels by role."
    SC655 = (
        "Can't tell the form of a graph from '{path}'. Name it .json, .graphml or .ttl, or give a "
        "name without a suffix for a folder of CSV files."
    )
    SC656 = "'{path}' can't be read as a graph: {what}. Expected what `graph build` wrote."
    SC657 = "The graph can't be written as {form}: {what}."
    SC659 = "Can't tell the form of a picture from '{path}'. Name it .svg, .html or .png."
    SC660 = "There is nothing to draw: the graph holds no finding."
    SC661 = "There is no question '{question}'. Ask one of: {known}."
    SC662 = "Can't tell how to write the answer from '{path}'. Name it .csv or .json."
    # 67x: mentions by terminology
    SC670 = (
        "The knowledge base '{folder}' has no index for `clinical_terms`: it was built before "
        "there was one. Build it again."
    )
    SC671 = (
        "The pipeline has no one `clinical_terms` '{name}'. Known: {known}. Put one into the "
        "pipeline, or name the one that is to learn."
    )
    SC672 = (
        "Nothing was learned from {notes} notes: no concept stands in five of them or more by a "
        "name of its own. Give more notes."
    )
    SC673 = "What `terms learn` kept is broken: '{path}': {error}. Let the pipeline learn again."
