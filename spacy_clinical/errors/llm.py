"""Messages 85x and 86x: language models as annotators, and what several annotators make."""


class LanguageModelMessages:
    SC850 = (
        "The language model's server '{host}' isn't this machine, and notes would leave it. Use a "
        "server on the loopback (http://127.0.0.1:PORT/v1), or set allow_remote = true if you may."
    )
    SC851 = (
        "The language model's server at {host} gave no answer ({what}), after {tries} tries. Is it "
        "running, and is its context as long as context_length says ({context_length})?"
    )
    SC852 = (
        "The language model's server at {host} answered with something that isn't a chat "
        "completion: {what}. The url must end where /chat/completions begins, mostly at /v1."
    )
    SC853 = (
        "'{url}' isn't the address of a server. Give http://HOST:PORT/v1, or https for another "
        "machine's."
    )
    SC854 = (
        "The answers' folder '{path}' can be read by others, and answers hold parts of notes. "
        "Make it private (chmod 700), or name a folder that isn't there yet."
    )
    SC855 = "The environment variable '{name}', which should hold the server's key, isn't set."
    SC856 = (
        "The task has no entity labels. Give a schema: labels under `entities`, and if wanted "
        "`relations` and `attributes`."
    )
    SC857 = (
        "'{attribute}' can't be asked of a language model: only 'assertion' can. Leave other "
        "attributes out of the schema."
    )
    SC858 = (
        "The context of {context_length} wordpieces has no room for a piece of a note: the task's "
        "own words and examples take {taken}. Use fewer examples or a longer context."
    )
    SC860 = (
        "Sources '{first}' and '{second}' have different texts for document '{id}'. Annotate the "
        "same notes with each."
    )
    SC861 = (
        "No document of the gold annotation is among those of the sources. Annotate the gold notes "
        "with each source too: how far each can be trusted is learned from them."
    )
    SC862 = "Silver annotation needs two sources at least, found {n}: {names}."
    SC863 = "The sources have no document in common: {counts}."
    SC864 = (
        "--source '{source}' names no source. Give NAME=CORPUS, the corpus a file or a folder that "
        "is there."
    )
