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
