"""Messages 96x and 97x: questions and rules."""


class AskMessages:
    # 960-964: questions
    SC960 = (
        "'{path}', line {line}: expected the columns kind, needs and words; needs is one of "
        "{needs}."
    )
    SC961 = (
        "There is no patient '{patient}' among the {n} of the graph. The notes' meta names them, "
        "else their ids."
    )
    SC962 = (
        "'{path}', line {line}: found {found}. Expected a JSON object with a string 'question', "
        "and perhaps 'patient'."
    )
    SC963 = "The notes have no document '{document}' of the graph, or another text. Give its notes."
    SC964 = "The question isn't answered ({status}), and --require-answer was given."
    # 965-979: rules
    SC965 = "'{path}', line {line}: found {found}. Expected {expected}."
    SC966 = "There are no rules in '{path}'. Expected rules.tsv and sets.tsv."
    SC967 = "{place}: there is no set '{name}' in sets.tsv."
    SC968 = "{n} faults in the rules; see above."
    SC969 = "'{path}' is no table of {what}: {found}."
    SC970 = (
        "Found passages of {words} words that share {overlap}. Expected {least} words at least, "
        "and fewer shared ones than that."
    )
    SC971 = "Give a question, or --batch with a file of questions; not both."
    SC972 = (
        "Can't tell how to write alerts from '{path}'. Name it .jsonl, or a folder for "
        "--form cards or fhir."
    )
    SC973 = "Give --rules with a folder of rules.tsv and sets.tsv, or --examples (not for care)."
    SC974 = "Found the day '{found}'. Expected YYYY-MM-DD."
    SC975 = "The notes are of several patients. Name one with --patient."
    # 976-979: reading
    SC976 = (
        "'{path}' isn't JSON in the form of SQuAD ({found}). Expected data, paragraphs, context, "
        "qas, question, answers, answer_start and text."
    )
    SC977 = (
        "'{name}' found {n} questions in the training data, and an answer to none. Expected "
        "documents with the groups 'question' and 'answers', as spacy-clinical.QuestionCorpus.v1 "
        "reads them."
    )
    SC978 = "There is no component that reads answers in this pipeline ({known})."
    SC979 = "Found negatives {negatives} and retrieved {retrieved}. Expected both 0 or above."
