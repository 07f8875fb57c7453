"""Numbers and amounts, however they are written: 1,500 m and 1.5 km are one length, 5 km and 5 m are not."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[,.'’ ]\d{3})+")
_TORN = re.compile(r"\d[ '’]+(?!\d{3}(?!\d))\d|[ '’]{2}")
"""Blanks between digits that no country writes."""
_AMOUNT = re.compile(
    r"(?P<sign>[-+]?)\s*(?P<number>\d[\d.,'’ ]*)\s*(?P<unit>[^\W\d_]{1,4}|%|°\s?[CFK]|°)?\.?"
)
_PER_CENT = re.compile(
    r"(?<=[\d\s])(?:per\s?cent|prozent|pour\s?cent|por\s?cient?o|por\s?cento|procent)$", re.IGNORECASE
)
_PREFIXES = {
    "": 0, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "d": -1, "c": -2, "m": -3, "µ": -6, "μ": -6, "u": -6,
    "n": -9, "p": -12,
}  # fmt: skip
_BASES = (
    "m",
    "g",
    "s",
    "l",
    "L",
    "J",
    "W",
    "V",
    "A",
    "Pa",
    "Hz",
    "N",
    "mol",
    "eV",
    "F",
    "C",
    "Ω",
    "T",
    "bar",
)
_TIMES = {"min": 60, "h": 3600, "d": 86_400}
"""Seconds; units that take no prefix."""


@dataclass(frozen=True)
class Amount:
    """Every value that a number may mean (1,500 is 1500 or 1.5), and its unit as written; empty: none."""

    values: frozenset[Fraction]
    unit: str

    @property
    def is_known(self) -> bool:
        """Say whether it is known how large the unit is: mW and MW are not one."""
        return _scale(self.unit) is not None

    def same_number(self, other: "Amount") -> bool:
        """Say whether both may mean one number."""
        return bool(self.values & other.values)

    def same(self, other: "Amount") -> bool:
        """Say whether both may be one amount, in whatever unit."""
        if self.unit == other.unit:
            return self.same_number(other)
        mine, theirs = _scale(self.unit), _scale(other.unit)
        if mine is None or theirs is None or mine[1] != theirs[1]:
            return False
        return bool(
            {value * mine[0] for value in self.values} & {value * theirs[0] for value in other.values}
        )


def amount(text: str) -> Amount | None:
    """Return what a text says when it is one number, with a unit or without; None when it says more."""
    whole = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    found = _AMOUNT.fullmatch(_PER_CENT.sub("%", whole))
    if found is None:
        return None
    sign = -1 if found["sign"] == "-" else 1
    values = frozenset(sign * value for value in readings(found["number"]))
    return Amount(values, (found["unit"] or "").replace(" ", "")) if values else None


def readings(number: str) -> frozenset[Fraction]:
    """Return the values that a number's digits may mean, in any country; none when they are no number."""
    number = number.strip(" .,'’")
    if _TORN.search(number):
        return frozenset()
    digits = re.sub(r"[\s'’]", "", number)
    marks = re.findall(r"[.,]", digits)
    found = set()
    if _THOUSANDS.fullmatch(number) and len(set(marks)) <= 1:
        found.add(Fraction(re.sub(r"[.,]", "", digits)))
    if len(marks) == 1 or (marks and marks.count(marks[-1]) == 1):
        whole, rest = digits.rsplit(marks[-1], 1)
        found.add(Fraction(f"{re.sub('[.,]', '', whole)}.{rest}"))
    return frozenset(found or ({Fraction(digits)} if digits.isdecimal() else ()))


def _scale(unit: str) -> tuple[Fraction, str] | None:
    """Return how many of its base a unit is, and that base; None for one that is not known."""
    if unit in _TIMES:
        return Fraction(_TIMES[unit]), "s"
    for base in _BASES:
        prefix = unit.removesuffix(base)
        if unit.endswith(base) and prefix in _PREFIXES:
            return Fraction(10) ** _PREFIXES[prefix], "L" if base == "l" else base
    return None
