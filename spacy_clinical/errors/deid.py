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
