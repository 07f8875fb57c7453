r"""Numbers and units as siunitx writes them (`\SI`, `\qty`, `\unit`, `\num`), in plain LaTeX."""

import re

from studylens.web.text.braces import NotShown, grouped

_PREFIXES = {
    "quecto": "q", "ronto": "r", "yocto": "y", "zepto": "z", "atto": "a", "femto": "f", "pico": "p",
    "nano": "n", "micro": "μ", "milli": "m", "centi": "c", "deci": "d", "deca": "da", "hecto": "h",
    "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E", "zetta": "Z",
    "yotta": "Y",
}  # fmt: skip
_UNITS = {
    "metre": "m", "meter": "m", "gram": "g", "kilogram": "kg", "second": "s", "ampere": "A",
    "kelvin": "K", "mole": "mol", "candela": "cd", "hertz": "Hz", "newton": "N", "pascal": "Pa",
    "joule": "J", "watt": "W", "coulomb": "C", "volt": "V", "farad": "F", "ohm": "Ω", "siemens": "S",
    "weber": "Wb", "tesla": "T", "henry": "H", "lumen": "lm", "lux": "lx", "becquerel": "Bq",
    "gray": "Gy", "sievert": "Sv", "katal": "kat", "radian": "rad", "steradian": "sr",
    "degreeCelsius": "°C", "celsius": "°C", "degree": "°", "arcminute": "′", "arcsecond": "″",
    "minute": "min", "hour": "h", "day": "d", "litre": "L", "liter": "L", "tonne": "t",
    "electronvolt": "eV", "dalton": "Da", "bar": "bar", "atm": "atm", "percent": "%", "molar": "M",
    "angstrom": "Å", "hectare": "ha", "bel": "B", "decibel": "dB", "byte": "B", "bit": "bit",
    "astronomicalunit": "au", "km": "km", "cm": "cm", "mm": "mm", "um": "μm", "nm": "nm", "kg": "kg",
    "mg": "mg", "ms": "ms", "us": "μs", "kJ": "kJ", "kPa": "kPa", "kHz": "kHz", "MHz": "MHz",
    "kN": "kN", "eV": "eV", "mol": "mol", "mV": "mV",
}  # fmt: skip
_POWERS = {"squared": "2", "cubed": "3"}
_BEFORE = {"square": "2", "cubic": "3"}
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<digits>\d+(?:[ ]?\d{3})*(?:[.,]\d+)?|[.,]\d+)(?P<unsure>\(\d+\))?"
    r"(?:\s*(?:\\pm|\+-|±)\s*(?P<error>\d+(?:[.,]\d+)?))?(?:\s*[eE]\s*(?P<power>[-+]?\d+))?"
)
_LITERAL = re.compile(
    r"(?P<name>[A-Za-zµμΩ°Å′″]+)|(?P<percent>\\?%)|(?P<greek>\\(?:mu|Omega|circ|degree|micro)(?![A-Za-z]))|(?P<power>\^)|(?P<over>/)"
    r"|(?P<times>[.~*·⋅\s]|\\,|\\cdot(?![A-Za-z]))|(?P<bracket>[()])|(?P<digits>\d+)"
)
_GREEK = {r"\mu": "μ", r"\micro": "μ", r"\Omega": "Ω", r"\circ": "°", r"\degree": "°"}
MOST_CHARS = 200


def number(source: str) -> str:
    r"""Return a number: `3e8` as 3 times ten to the eighth. Raises NotShown."""
    found = _NUMBER.fullmatch(source.strip().strip("$"))
    if found is None:
        raise NotShown
    digits = f"{found['sign']}{found['digits'].replace(' ', '')}{found['unsure'] or ''}"
    error = rf" \pm {found['error']}" if found["error"] else ""
    power = rf" \times 10^{{{found['power']}}}" if found["power"] else ""
    return rf"\left({digits}{error}\right){power}" if error and power else f"{digits}{error}{power}"


def unit(source: str) -> str:
    """Return a unit, written out in commands or in its own letters. Raises NotShown."""
    plain = source.strip()
    if not plain or len(plain) > MOST_CHARS:
        raise NotShown
    first = _COMMAND.match(plain)
    is_letter = first is None or first[1] in {"mu", "Omega", "circ"}
    return _literal(plain) if is_letter else _spelled(plain)


def quantity(value: str, of: str) -> str:
    """Return a number with its unit, set apart as it should be. Raises NotShown."""
    shown = unit(of)
    space = "" if shown.startswith((r"\text{°}", r"\text{′}", r"\text{″}")) else r"\,"
    return f"{number(value)}{space}{shown}"


def _spelled(source: str) -> str:
    r"""Read commands one after the other: `\kilo\metre\per\second\squared`."""
    parts: list[str] = []
    at, prefix, before, sign = 0, "", "", ""
    while at < len(source):
        found = _COMMAND.match(source, at)
        if found is None:
            raise NotShown
        at, name = found.end(), found[1]
        if name == "per":
            sign = "-"
        elif name in _PREFIXES:
            prefix = _PREFIXES[name]
        elif name in _BEFORE:
            before = _BEFORE[name]
        elif name in _UNITS:
            power = f"{sign}{before or '1' * bool(sign)}"
            shown = rf"\text{{{prefix}{_UNITS[name]}}}" if name != "percent" else r"\%"
            parts.append(shown + (f"^{{{power}}}" if power else ""))
            prefix = before = sign = ""
        else:
            at = _raise_last(parts, name, source, at)
    if not parts or prefix or before or sign:
        raise NotShown
    return r"\,".join(parts)


def _raise_last(parts: list[str], name: str, source: str, at: int) -> int:
    """Give the last unit the power that is named behind it; return the place behind it."""
    power = _POWERS.get(name, "")
    if name == "tothe":
        power, at = grouped(source, at)
    if not parts or not re.fullmatch(r"-?\d{1,2}", power):
        raise NotShown
    base, negative, _ = parts[-1].partition("^{-1}")
    if "^" in base:
        raise NotShown
    parts[-1] = f"{base}^{{{'-' if negative else ''}{power}}}"
    return at


def _literal(source: str) -> str:
    """Read a unit in its own letters: `kg.m.s^{-2}`, `km/h`, `J/(mol K)`."""
    parts: list[str] = []
    at = 0
    while at < len(source):
        found = _LITERAL.match(source, at)
        if found is None:
            raise NotShown
        at = found.end()
        if found["power"]:
            power, at = _power(source, at)
            parts.append(f"^{{{power}}}")
        elif found["times"] or found["percent"]:
            parts.append(r"\," if found["times"] else r"\%")
        else:
            text = _GREEK.get(found[0], found[0])
            parts.append(rf"\text{{{text}}}" if found["name"] or found["greek"] else text)
    shown = "".join(parts)
    return re.sub(r"(?<=[μΩ°])\}(?:\\,)?\\text\{", "", shown)


def _power(source: str, at: int) -> tuple[str, int]:
    if source[at : at + 1] == "{":
        power, at = grouped(source, at)
    else:
        found = re.compile(r"-?\d").match(source, at)
        power, at = (found[0], found.end()) if found else ("", at)
    if not re.fullmatch(r"-?\d{1,2}(?:/\d)?|\\circ", power):
        raise NotShown
    return power, at
