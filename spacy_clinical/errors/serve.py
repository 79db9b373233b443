"""Messages 92x and 93x: the service, its client, and runs on Spark."""


class ServeMessages:
    SC920 = "{where}: {key} can't be {found}. Expected {expected}."
    SC921 = (
        "'{host}' can be reached from other machines, but {missing}. Give --token-file and "
        "--ssl-certfile with --ssl-keyfile, or --behind-proxy where a proxy ends TLS before it."
    )
    SC922 = (
        "'{path}', line {line}: expected a name, a role (user or admin) and sha256:DIGEST. Let "
        "`python -m spacy clinical serve-token NAME {path}` write it."
    )
    SC923 = "No token that is known for this. Send the header `Authorization: Bearer TOKEN`."
    SC924 = "{what} has more than {limit:,} {unit}. Send less, or raise {key} in the settings."
    SC925 = "The body can't be used: {found}. Expected {expected}."
    SC926 = "{n} notes are waiting already. Send the note again in {seconds} s."
    SC927 = "{n} notes of this token are waiting already. Send the note again in {seconds} s."
    SC928 = "The service is stopping. Send the note again in {seconds} s."
    SC929 = "The note wasn't done in {seconds:g} s. Send it again later, or raise `timeout`."
    SC930 = "{what} isn't taken here. Expected {expected}."
    SC931 = "The pipeline doesn't annotate the golden sentence as it should: {found}."
    SC932 = "The pipeline wasn't loaded again: {found}. The one in use goes on."
    SC933 = "The service failed by a defect of its own ({kind}). Tell its makers the request's id."
    SC934 = "No process of the service could start. What is wrong stands above, once for each."
    SC935 = "The service at {url} {found} after {n} tries."
    SC936 = "What was done can't be recorded ({kind}), so no answer is given."
    SC937 = (
        "The pipeline '{model}' is {found} on this worker, but {expected} on the driver. Install "
        "the same one on all machines."
    )
    SC938 = "The notes have no column '{column}'. There are: {known}."
    SC939 = "'{path}' {found}. Expected {expected}."
