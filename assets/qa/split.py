"""Split questions in the JSON of SQuAD by article: `python assets/qa/split.py FILE FOLDER`.

Writes train.json, dev.json and test.json: of ten articles seven, one and two. What is asked of an
article never stands in two parts.
"""

import json
import sys
from pathlib import Path

PARTS = {0: "test", 1: "dev", 5: "test"}
FOLDS = 10


def main(source: Path, folder: Path) -> None:
    """Write the parts.

    source (Path): JSON in the form of SQuAD, such as COVID-QA's.
    folder (Path): Where to; made if need be.
    """
    articles = json.loads(source.read_text(encoding="utf-8"))["data"]
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("train", "dev", "test"):
        own = [x for i, x in enumerate(articles) if PARTS.get(i % FOLDS, "train") == name]
        asked = sum(len(part["qas"]) for article in own for part in article["paragraphs"])
        text = json.dumps({"data": own}, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        print(f"{name}: {len(own)} articles, {asked} questions")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
