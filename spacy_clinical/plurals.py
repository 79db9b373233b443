"""A number and its noun, for tables, messages and pages."""


def counted(n: int, noun: str) -> str:
    """Write a number and what it counts.

    n (int): How many.
    noun (str): In the singular; its plural ends in s.
    RETURNS (str): "1 note", "2 notes".
    """
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
