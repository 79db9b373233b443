"""Messages 5xx: command line; from 560 notes that are read, and runs over them."""


class CommandMessages:
    SC501 = (
        "No pipeline '{name}': {found}. Install its wheel, or give the folder that `spacy train` "
        "or `spacy assemble` wrote, such as training/model-best."
    )
    SC502 = (
        "Can't tell the format to write from '{path}'. Name it .jsonl, .spacy or as the command's "
        "help says, or give a name without a suffix for a brat folder."
    )
    SC503 = (
        "No text file in '{path}': found {found}. Give text files (.txt, .text, also with .gz), a "
        "folder of them, or JSONL."
    )
    SC504 = "'{path}' is not UTF-8. Convert it first, for example with iconv."
    SC505 = (
        "'{path}', line {line}: expected a JSON object with the field `text`, a string, and "
        "perhaps `id`."
    )
    SC506 = "'{name}' can't be loaded: {error}. Install what it needs, or name another pipeline."
    SC507 = (
        "'{name}' can't be loaded: {error}. `verify` tells which of a package's files have "
        "changed; spacy.load says where it fails."
    )
    SC510 = (
        "'{path}' can't be read as notes: found {found}. Expected .txt, .rtf, .jsonl, .csv, "
        ".tsv, .parquet, .hl7, .xml (CDA), .json or .ndjson (FHIR), or a folder; with another "
        "name, say which by --format."
    )
    SC511 = (
        "'{path}' has no column '{column}'. It has: {known}. Name the columns by --text-field and "
        "--id-field."
    )
    SC512 = (
        "{what} needs '{module}', which can't be imported ({error}). Install it with: "
        "pip install 'spacy-clinical[{extra}]'"
    )
    SC513 = (
        "'{folder}' holds an unfinished run with other {what}: {done} blocks are done. Give the "
        "command that it was started with, or --anew to discard them."
    )
    SC514 = "The id '{id}' stands for two notes. Give every note its own."
    SC515 = "Another run is writing '{path}'. Wait for it, or choose another name."
    SC516 = (
        "A worker process ended by itself, perhaps for want of memory. Give the command again: it "
        "goes on where it was; with a smaller --n-process or --batch-size if it happens again."
    )
    SC517 = "No note could be annotated: all {n} failed, the first, '{id}', with {code}: {error}"
    SC518 = "The pipeline failed on the note with a {kind}."
    SC519 = "There is no {what} '{name}'. Known: {known}."
    SC520 = "A GPU can't be shared by several processes. Give --gpu-id or --n-process, not both."
    SC521 = "'{path}' is a folder. Expected the name of a file, new or to be replaced."
    SC522 = "'{name}' is no export. Give --to one of: {known}."
    SC530 = "'{path}' is there already. Give another --version, or --force to replace it."
    SC531 = (
        "No package was left, as its files hold words that only the corpora have: {files}. See "
        "what writes them; if they may be there, list them in a file for --allow."
    )
    SC532 = (
        "setuptools couldn't build '{name}': {found}. See that the environment has a recent one: "
        "python -m pip install --upgrade setuptools."
    )
    SC540 = "The pipeline has no component '{name}' with thresholds. It has: {known}."
    SC541 = "Give --precision or --recall, not both, as a number above 0 and up to 1."
    SC542 = "Nothing to calibrate{names}. What can be calibrated here: {known}."
    SC543 = (
        "The scores of '{name}' stay as they are: {right} right and {wrong} wrong predictions are "
        "too few to fit them on. Give a corpus with {needed} of each at least."
    )
    SC544 = (
        "How sure '{name}' is of '{attribute}' stays as it is: {found} mentions with a gold value "
        "are too few to fit it on. Give a corpus with {needed} at least."
    )
    SC545 = "{n} problems found, listed above."
    SC546 = "'{name}' can be loaded, but fails on a sentence with a {kind}."
    SC547 = (
        "None of the {n} relations between concepts that '{name}' weighed is in the corpus, so its "
        "scores and thresholds stay as they are. Its concepts need the corpus's identifiers: put a "
        "linker before it, or, if it is for gold mentions, give --given-mentions."
    )
    SC550 = (
        "The corpus can't teach '{task}': what it annotates is for {found}. (`linker` needs --kb; "
        "`assertion` attributes with 2 to 20 values, of five mentions each on average.)"
    )
    SC551 = "'{path}' is there already. Give another name, or --force to replace it."
    SC555 = (
        "There are {learned} notes with text to learn from and {held_out} held out to measure on. "
        "Give more notes, or another --held-out."
    )
    SC556 = (
        "{share} of the wordpieces are unknown to the pipeline's encoder: it can't read these "
        "notes as it should. Look at their language and their characters' encoding, or take a "
        "pipeline of their language."
    )
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
        "'{target}' is read from ('{source}'). Give a target outside of it: else what is written "
        "would be read, or take its place."
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
    SC571 = "'{path}' can't be read as RTF: found {found}. Save it again, as RTF or as plain text."
    SC572 = (
        "'{path}', message {number}: can't be read as HL7 v2: found {found}. Get the message again "
        "from its sender; the others go on."
    )
    SC573 = (
        "'{path}' can't be read as CDA: found {found}. Get the document again; the others go on."
    )
    SC574 = (
        "'{path}', {place}: can't be read as FHIR: found {found}. Get the resource again; the "
        "others go on."
    )
    SC575 = (
        "'{path}', line {line}: a criterion before a heading. Put a line 'Inclusion criteria' or "
        "'Exclusion criteria' above it."
    )
    SC576 = (
        "'{path}': found {found}. Expected text with lines 'Inclusion criteria' and 'Exclusion "
        "criteria', and a criterion a line below each."
    )
    SC577 = "Patients and criteria are written as JSON lines. Name '{path}' .jsonl."
    SC580 = "'{path}' is given twice as an output. Give each a name of its own."
    SC581 = "'{path}' is {found}: nothing can take its place. Give the name of a new folder in it."
    SC582 = (
        "'{path}' is a pipe, a device, or a link to one: nothing can take its place. Give the name "
        "of a new file."
    )
    SC583 = "'{path}' is a pipe, which can be read but once. Write what it gives to a file first."
