"""Messages 90x to 91x: de-identification."""


class DeidMessages:
    SC900 = (
        "There are no rules of de-identification for '{locale}'. Known: {known}. Give tables of "
        "your own with `tables`."
    )
    SC901 = "Rules of de-identification need a locale at least, such as 'en'."
