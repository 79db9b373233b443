"""Messages 98x and 99x: findings of reports, and signals of drug safety."""


class FindingMessages:
    # 98x: findings of reports
    SC980 = (
        "The policy of `clinical_findings` has {found}. Known fields: {known}; an assertion stands "
        "in one of the first three."
    )
    SC981 = (
        "'{path}' can't be read as a table of findings a report: {found}. Give a CSV with a header "
        "of a report's id and the findings, and 1, 0, -1, nothing, or the statuses as words."
    )
    SC982 = "The pipeline has no {name}, which findings need. Add it, or give --scheme."
    SC983 = "None of the {reports} reports of '{path}' is among the {notes} notes that were read."
    SC984 = (
        "'{path}' and the pipeline have no finding in common. The file has: {gold}. The pipeline "
        "has: {found}."
    )
    SC985 = (
        "`{component}` can't read a pipeline of the language '{lang}' by the packaged table "
        "'{table}', whose phrases are English: what is there would be taken for missing. Give a "
        "table of your own in that language."
    )
    # 986 on: signals of drug safety
    SC986 = (
        "'{path}', line {line}: {found}. Reports are a CSV or TSV with a header and the columns "
        "report, drug, event; others, if there, are assertion, reason, case, version, and strata."
    )
    SC987 = "There is no report with a pair of drug and event in '{path}': {left_out}."
    SC988 = (
        "'{path}' holds no quarter of FAERS as ASCII files: {found}. Give the folder that has "
        "DEMO, DRUG and REAC (and INDI), such as DEMO24Q1.txt."
    )
    SC989 = "'{name}' is no {what}. Known: {known}."
    SC990 = "No drug of the graph is called '{drug}'. Near it: {near}."
    SC991 = (
        "{n} sources can't be taken together: '{path}' is no folder. Only folders of FAERS can; "
        "give one table or one graph, into which you have put the others before."
    )
