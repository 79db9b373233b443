"""Messages 4xx: corpora, training and scoring."""


class TrainingMessages:
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
        "{relations} relations that were theirs or whose label isn't among `relation_labels`."
    )
    SC407 = "A corpus can't have the share {share} of an epoch. Give 0 or more."
    SC408 = (
        "'{path}': {n} questions are left out, as their texts don't hold the words of any of their "
        "answers."
    )
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
