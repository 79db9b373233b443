"""Check digits and value ranges of numbers that identify.

SSN: 20 CFR 422.103 (areas 000 and 666 aren't given out). Payment cards: ISO/IEC 7812-1, Luhn's sum.
IBAN: ISO 13616, modulus 97. NHS number: NHS Data Dictionary, modulus 11. DEA number: 21 CFR 1301.
Chinese identity number: GB 11643-1999. Spanish DNI: Real Decreto 1553/2005.
"""

import re
from collections.abc import Callable

_DIGITS = re.compile(r"\D")
_PLAIN_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d+)?|\d{1,3}[-/]\d{1,3}|\d{1,2}:\d\d(?::\d\d)?")


def digits_of(text: str) -> list[int]:
    """RETURNS (list[int]): The digits of a text."""
    return [int(digit) for digit in _DIGITS.sub("", text)]


def is_ssn(text: str) -> bool:
    """RETURNS (bool): Whether an SSN's area, group and serial number can be given out; numbers
    from 900 on are those of taxpayers, and of examples."""
    area, group, serial = text.split("-")
    return area not in ("000", "666") and group != "00" and serial != "0000"


def luhn_digit(digits: list[int]) -> int:
    """RETURNS (int): The check digit that follows these digits."""
    total = sum(sum(divmod(2 * digit, 10)) for digit in digits[::-2]) + sum(digits[-2::-2])
    return -total % 10


def is_luhn(text: str) -> bool:
    """RETURNS (bool): Whether the last digit is right."""
    *digits, last = digits_of(text)
    return luhn_digit(digits) == last


def is_iban(text: str) -> bool:
    """RETURNS (bool): Whether an IBAN's check digits are right."""
    plain = text.replace(" ", "").upper()
    moved = plain[4:] + plain[:4]
    return len(plain) >= 15 and int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def nhs_digit(digits: list[int]) -> int:
    """RETURNS (int): The check digit of nine; 10 if there can be none."""
    total = sum((10 - i) * digit for i, digit in enumerate(digits[:9]))
    return (11 - total % 11) % 11


def is_nhs(text: str) -> bool:
    """RETURNS (bool): Whether an NHS number's check digit is right."""
    digits = digits_of(text)
    return len(digits) == 10 and nhs_digit(digits) == digits[9]


def is_dea(text: str) -> bool:
    """RETURNS (bool): Whether a DEA number's check digit is right."""
    d = digits_of(text)
    return len(d) == 7 and (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def is_ip(text: str) -> bool:
    """RETURNS (bool): Whether four numbers may be an address of IP version 4."""
    return all(int(part) <= 255 for part in text.split("."))


def is_vin(text: str) -> bool:
    """RETURNS (bool): Whether 17 signs have both letters and digits."""
    return any(c.isdigit() for c in text) and sum(c.isalpha() for c in text) >= 2


def is_plate(text: str) -> bool:
    """RETURNS (bool): Whether signs may be a number plate: with a letter and a digit."""
    return any(c.isdigit() for c in text) and any(c.isalpha() for c in text)


def is_id(text: str) -> bool:
    """RETURNS (bool): Whether signs are more than a measurement: four at least, no plain number."""
    plain = text.lstrip("#")
    return sum(c.isalnum() for c in plain) >= 4 and not (
        _PLAIN_NUMBER.fullmatch(plain) and len(plain) < 5
    )


def is_phone(text: str) -> bool:
    """RETURNS (bool): Whether digits may be a North American number, groups parted or not."""
    return len(text.lstrip("+1")) >= 10 and (not text.isdigit() or len(text) in (10, 11))


def is_age(text: str) -> bool:
    """RETURNS (bool): Whether a number, or each of a range, may be a person's age."""
    return all(int(number) <= 120 for number in re.findall(r"\d+", text))


def zh_id_digit(digits: str) -> str:
    """RETURNS (str): The check sign of the first 17 digits of a Chinese identity number."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits[:17], strict=True))
    return "10X98765432"[total % 11]


def is_zh_id(text: str) -> bool:
    """RETURNS (bool): Whether a Chinese identity number's check sign is right."""
    digits = text[:17]
    if len(text) != 18 or not (digits.isascii() and digits.isdecimal()):
        return False
    return zh_id_digit(digits) == text[17].upper()


def is_dni(text: str) -> bool:
    """RETURNS (bool): Whether a Spanish identity number's letter is right."""
    plain = re.sub(r"[\s.-]", "", text).upper()
    number = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return number.isdecimal() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == plain[-1]


CHECKS: dict[str, Callable[[str], bool]] = {
    "ssn": is_ssn,
    "luhn": is_luhn,
    "iban": is_iban,
    "nhs": is_nhs,
    "dea": is_dea,
    "ip": is_ip,
    "vin": is_vin,
    "plate": is_plate,
    "id": is_id,
    "phone": is_phone,
    "intl": lambda text: 8 <= len(digits_of(text)) <= 15,
    "age": is_age,
    "zh_id": is_zh_id,
    "dni": is_dni,
}
