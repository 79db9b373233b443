"""What `python -m spacy_clinical.spark` runs, and the file that spark-submit is given:
`spark-submit $(python -c "import spacy_clinical.spark as s; print(s.__path__[0])")/__main__.py`."""

import sys

from spacy_clinical.spark.command import main

if __name__ == "__main__":
    sys.exit(main())
