"""The check digit at the end of SNOMED CT's identifiers, after Verhoeff (1969): multiplication in
the symmetries of a pentagon, and a permutation of the digits at each place."""

_PERMUTED = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)  # what 0 to 9 become, once more at each place
_PLACES = 8  # after which the permutation is as at the beginning


def has_check_digit(number: str) -> bool:
    """RETURNS (bool): Whether a number's last digit fits those before it."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit)
        for _ in range(place % _PLACES):
            value = _PERMUTED[value]
        total = _multiply(total, value)
    return total == 0


def _multiply(first: int, second: int) -> int:
    """Digits under five turn a pentagon, others turn and mirror it."""
    if first < 5:
        turned = (first + second) % 5
        return turned if second < 5 else turned + 5
    turned = (first - second) % 5
    return turned + 5 if second < 5 else turned
