"""Messages 560 to 589: notes as they are read, and the runs over them."""


class NoteMessages:
    SC560 = (
        "'{path}', {place}: the note can't be stored, as its {part} holds {found}. Correct the "
        "file; the other notes go on."
    )
    SC561 = (
        "'{path}': the quotes of the record that begins on line {line} don't pair, so that it "
        "can't be told which lines are notes. Close them; a quote inside of a quoted field is "
        "doubled."
    )
    SC562 = (
        "'{path}': the columns {first} and {second} have one name. Give every column its own: else "
        "one would be lost."
    )
    SC563 = (
        "'{path}', line {line}: {found} fields, where the header names {expected}. Quote fields "
        "that hold the separator or a line end."
    )
    SC564 = "'{path}', line {line}: {found}, which no two programs read alike. Correct the line."
    SC565 = (
        "'{path}' can't be read as Parquet ({kind}): it is damaged, or another format. Write it "
        "again."
    )
    SC566 = "'{path}' can't be read: found {found}. Give the file itself, whole and readable."
    SC567 = (
        "'{target}' is where notes are read from ('{source}'). Give a target outside of it: else "
        "what is written would be read as notes."
    )
    SC568 = (
        "The notes changed while they were read: those from number {first} on aren't what they "
        "were at first. Give the command again when nothing writes to them."
    )
    SC569 = (
        "'{path}' isn't a folder of an unfinished run: found {found}. Move it away, or give "
        "another target."
    )
    SC570 = (
        "'{path}' is damaged: what an interrupted run has done can't be read. Give --anew to "
        "discard it."
    )
