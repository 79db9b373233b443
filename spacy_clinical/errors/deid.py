"""Messages 90x to 91x: de-identification."""


class DeidMessages:
    SC900 = (
        "There are no rules of de-identification for '{locale}'. Known: {known}. Give tables of "
        "your own with `tables`."
    )
    SC901 = "Rules of de-identification need a locale at least, such as 'en'."
    SC902 = (
        "The document has no span group '{key}': nobody looked for identifiers, so nothing may "
        "leave. Add clinical_deid to the pipeline."
    )
    SC903 = "The policy '{path}' says nothing of other labels. Add a line '*' with an action."
    SC904 = "There is no policy '{name}'. Known: {known}; or give the path of a table."
    SC905 = (
        'The key has {n} bytes, and needs {least} at least. Make one with: python -c "import '
        'secrets; print(secrets.token_hex(32))"'
    )
    SC906 = "'{path}' can't be read as a vault of surrogates. Give the right file, or a new name."
    SC907 = "The key '{path}' can't be read ({found})."
    SC908 = (
        "The policy '{name}' replaces by surrogates. Give a key (the same in each run) or a vault."
    )
    SC909 = (
        "The second search found {n} identifiers left: {shown}. The note was set aside. Add what "
        "names them to the rules' tables, or to its meta fields."
    )
    SC910 = "The note has no field '{field}', which says whose note it is."
    SC911 = (
        "A vault is for one process: its surrogates are drawn by chance. Leave --n-process away, "
        "or give a key."
    )
    SC912 = "Two notes have one id. Each needs its own."
    SC913 = "Give either a key or a vault, not both."
    SC914 = (
        "The pipeline has no clinical_deid, so nobody would look for identifiers. Add it with "
        '`nlp.add_pipe("clinical_deid")`, and save the pipeline again.'
    )
    SC915 = "The table '{path}' has none of the columns that are known to identify: {known}."
    SC916 = "'{path}' has no gold identifiers: none of its labels is one. Known: {known}."
    SC917 = (
        "{what} isn't the driver's on this worker, so nothing may leave. Put the same files at "
        "the same place on all machines."
    )
    SC918 = (
        "'{path}' can't be read as a table of patients: {found}. Give a CSV, a TSV or JSON lines."
    )
