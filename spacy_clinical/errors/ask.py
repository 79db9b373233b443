"""Messages 96x and 97x: questions and rules."""


class AskMessages:
    # 960-964: questions
    SC960 = (
        "'{path}', line {line}: expected the columns kind, needs and words; needs is one of "
        "{needs}."
    )
    SC961 = "There is no patient '{patient}' in the graph. There are: {known}."
    SC962 = (
        "'{path}', line {line}: found {found}. Expected a JSON object with a string 'question', "
        "and perhaps 'patient'."
    )
    SC963 = "The notes have no document '{document}' of the graph, or another text. Give its notes."
    SC964 = "The question isn't answered ({status}), and --require-answer was given."
    SC969 = "'{path}' is no table of {what}: {found}."
    SC971 = "Give a question, or --batch with a file of questions; not both."
