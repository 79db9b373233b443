"""Messages 94x and 95x: the audit trail, drift, cases, cards, signatures and databases."""


class AuditMessages:
    SC940 = "The audit trail in '{folder}' can't be written: {error}. Nothing was left half done."
    SC941 = (
        "'{path}' can't be used as a key: {found}. Make one with `python -m spacy clinical audit "
        "new-key FILE`, and keep it where the notes are kept."
    )
    SC942 = (
        "The audit trail holds notes by keyed hashes only, and no key was given. Give the site's "
        "key by --key FILE."
    )
    SC943 = "'{folder}' holds no audit trail: {found}."
    SC944 = "The audit trail in '{folder}' isn't whole: {n} faults. The first {shown}:\n{faults}"
    SC945 = (
        "'{fact}' leads to no fact. Give FILE#ID: FHIR as `annotate` or `export` writes it, NDJSON "
        "or one Bundle, and the id of a resource that has a Provenance there."
    )
    SC946 = (
        "The trail in '{folder}' has no line of note '{id}', as hashed by key {key}. Give the key "
        "that it was written with, and the note's id as it was annotated."
    )
    SC947 = "Say what to trace: either a fact by --fact FILE#ID, or a note by --note ID."
    SC948 = (
        "'{path}' can't be used as a reference: {found}. `package --eval CORPUS` puts one into the "
        "package, `reference MODEL NOTES FILE` makes one of notes of your own."
    )
    SC949 = (
        "The trail in '{folder}' counts no notes of '{system}'. Pipelines that it counts: {others}."
        " Give the reference of one of them."
    )
    SC950 = (
        "'{path}', {where}: {found}. A case has `text` and lists `wanted`, `forbidden` (text, "
        "label, assertion, accept), `relations` and `no_relations` (head, label, tail)."
    )
    SC951 = "{n} of the cases fail, so nothing was packaged. The first {shown}:\n{cases}"
    SC952 = (
        "Answer number {number} is of no attribute that the card has, or isn't a text. Known: "
        "{known}."
    )
    SC953 = (
        "'{folder}' has no {name} that can be read. Package the pipeline by `python -m spacy "
        "clinical package`, which writes it."
    )
    SC954 = (
        "The signature '{file}' {found}. Get the package again from where it comes, or ask there "
        "for the key."
    )
    SC955 = (
        "'{path}' can't be used as a {kind} key: {found}. Give an Ed25519 key as PEM, without a "
        "password: `openssl genpkey -algorithm ed25519 -out key.pem`."
    )
    SC956 = (
        "'{path}' has changes beside it (.wal) that aren't in it yet. Close the program that has "
        "it open, or open it once with DuckDB."
    )
    SC957 = (
        "{what} can't be opened or written: {kind}. Nothing was changed. Address, rights and "
        "password are looked for as libpq does: PGHOST, PGUSER, PGPASSWORD, ~/.pgpass."
    )
    SC958 = (
        "The schema's table {table} isn't that of an OMOP CDM 5.4: missing is {missing}. Make the "
        "tables by the CDM's own DDL, and name the schema by --schema."
    )
    SC959 = (
        "'{path}' can't be used as answers for a card: {found}. Write a line `attribute: text` for "
        "each."
    )
