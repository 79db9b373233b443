"""Tables of cases: `NAME_dev.tsv`, which rules were made on, and `NAME_held_out.tsv`."""

from .gold_sentences import FOLDER

Case = tuple[str, list[str]]


def read_cases(name: str) -> list[Case]:
    r"""RETURNS (list[Case]): Texts, `\n` in them a line end, and what is to be found in each."""
    rows = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    parted = [row.split("\t") for row in rows if not row.startswith("#")]
    return [
        (text.replace(r"\n", "\n"), wanted.split(" | ") if wanted else [])
        for text, wanted in parted
    ]
