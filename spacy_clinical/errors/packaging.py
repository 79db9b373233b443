"""Messages 8xx: packaged pipelines and their files."""


class PackagingMessages:
    SC801 = (
        "'{folder}' has no {name}, so its files can't be checked. Package the pipeline by "
        "`python -m spacy clinical package`, which writes it, or give a manifest of yours by "
        "--manifest."
    )
    SC802 = (
        "'{path}' can't be used as a manifest: {found}. Get the package again from where it comes."
    )
    SC803 = "'{file}' is missing. Get the package again from where it comes."
    SC804 = (
        "'{file}' isn't in the manifest. Remove it, or get the package again from where it comes."
    )
    SC805 = (
        "'{file}' was changed after packaging: {found}. Get the package again from where it comes."
    )
    SC806 = (
        "'{file}' is {found}. A pipeline holds files and folders only: put the file itself there, "
        "or get the package again."
    )
    SC807 = (
        "'{file}' holds {found}, which can run code when it is read. Save the component without "
        "pickle, or don't use this pipeline."
    )
    SC808 = (
        "config.cfg, {key}: '{name}' is {found}. If you trust it, allow its package by name: "
        "--allow PACKAGE, or allow=['PACKAGE']."
    )
    SC809 = (
        "{file}, {key}: a path outside the pipeline's folder. Package the pipeline without it, and "
        "give the path at load (config=...)."
    )
    SC810 = "'{file}' is damaged: {found}. Get the package again from where it comes."
    SC811 = "'{file}' can't be read as a config: {kind}. Get the package again."
    SC812 = "The pipeline has no component '{name}'. It has: {known}."
    SC813 = (
        "'{folder}' can't be loaded: spaCy fails with a {kind}. See the versions in its manifest, "
        "and get the package again if they are installed."
    )
    SC814 = "'{file}' can't be read: {error}. Give the right to read it."
    SC815 = "{n} problems in '{folder}'. The first {shown}:\n{problems}"
    SC816 = (
        "The saved weights of {what} are damaged: found {found}. Get the pipeline again from where "
        "it comes."
    )
    SC817 = (
        "The saved weights of {what} aren't those of the sizes that are saved with them: {n} "
        "tensors differ, the first '{first}'. Get the pipeline again from where it comes."
    )
    SC818 = (
        "A public key was given, but nothing is to be verified, so that no signature would be "
        "checked. Leave out verify=False, or the key."
    )
