r"""Formulas as somebody types them: `$\frac{1}{2}\,mv^{2}$` becomes `1/2 mv^2`."""

import re

from studylens.judging.formulas import dollared

_MATHS = re.compile(r"\$\$?([^$]+)\$\$?")
_NAMED = re.compile(r"\\(?:text|mathrm|mathbf|mathit|operatorname|ce|vec|hat|bar|unit|num)\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_RAISED = re.compile(r"\^\s*\{([^{}]*)\}")
_LOWERED = re.compile(r"_\s*(?:\{([^{}]*)\}|(?=\w))")
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_SPACING = re.compile(r"\\[,;:!> ]|~")
_DEEPEST = 6
"""Fractions in fractions: deeper than anybody types."""
GREEK = dict(
    re.findall(
        r"(\w+)=(\w)",
        "alpha=α beta=β gamma=γ delta=δ epsilon=ε zeta=ζ eta=η theta=θ iota=ι kappa=κ lambda=λ mu=μ nu=ν "
        "xi=ξ pi=π rho=ρ sigma=σ tau=τ upsilon=υ phi=φ chi=χ psi=ψ omega=ω",
    )
)
"""Letters that may be typed by their name."""
_SIGNS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "pm": "±", "infty": "∞", "circ": "°", "degree": "°",
    "le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "ne": "!=", "neq": "!=", "approx": "≈", "sim": "~",
    "to": "->", "rightarrow": "->", "longrightarrow": "->", "Rightarrow": "=>", "leftrightarrow": "<->",
    "rightleftharpoons": "<->", "sum": "∑", "int": "∫", "partial": "∂", "nabla": "∇", "Delta": "Δ",
    "Omega": "Ω", "Sigma": "Σ", "Gamma": "Γ", "Phi": "Φ", "Psi": "Ψ", "Lambda": "Λ", "Theta": "Θ", "Pi": "Π",
    "varepsilon": "ε", "varphi": "φ", "vartheta": "θ", "hbar": "ħ", "left": "", "right": "",
    "displaystyle": "", "quad": " ", "qquad": " ",
}  # fmt: skip
_TYPED = {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "→": "->",
    "⟶": "->",
    "-->": "->",
    "⇒": "=>",
    "⇌": "<->",
    "↔": "<->",
}
_NAMES = re.compile(r"(?<![A-Za-z\\])(" + "|".join(GREEK) + r")(?![a-z])", re.IGNORECASE)


def has_formula(text: str) -> bool:
    """Say whether a part of the text is a formula between dollars, or LaTeX's own signs."""
    return _MATHS.search(dollared(text)) is not None


def only_formula(text: str) -> bool:
    """Say whether the text is formulas and nothing beside them."""
    return has_formula(text) and re.search(r"\w", _MATHS.sub(" ", dollared(text))) is None


def plain(text: str) -> str:
    """Return a text whose formulas stand as they are typed on a keyboard; words stay as they are."""
    return _MATHS.sub(lambda found: _plain(found[1]), dollared(text))


def squeezed(text: str) -> str:
    """Return a formula without what its writers leave out as they like: spaces, and the sign of a product."""
    for sign, typed in _TYPED.items():
        text = text.replace(sign, typed)
    named = _NAMES.sub(lambda found: GREEK[found[0].lower()], text)
    named = re.sub(r"\bsqrt\s*\(", "√(", re.sub(r"√(\w)(?!\w)", r"√(\1)", named))
    return re.sub(r"(?<!\d)[*]|[*](?!\d)|_", "", "".join(named.replace("·", "*").split()))


def _plain(maths: str) -> str:
    text = _SPACING.sub(" ", maths.replace(r"\{", "{").replace(r"\}", "}"))
    for _ in range(_DEEPEST):
        inner = _RAISED.sub(lambda found: "^" + _grouped(found[1]), _NAMED.sub(r"\1", text))
        inner = _LOWERED.sub(lambda found: found[1] or "", inner)
        inner = _FRACTION.sub(lambda found: f"{_grouped(found[1])}/{_grouped(found[2])}", inner)
        inner = _ROOT.sub(r"√(\1)", inner)
        if inner == text:
            break
        text = inner
    text = _COMMAND.sub(lambda found: _sign(found[1]), text)
    return " ".join(text.replace("\\", "").replace("{", "").replace("}", "").replace("^°", "°").split())


def _grouped(inside: str) -> str:
    """Return what a fraction or a power holds, in brackets where it is more than one number or letter."""
    inside = inside.strip()
    return inside if re.fullmatch(r"[-+]?(?:[\d.,]+|\\?[A-Za-z]+|\w)", inside) else f"({inside})"


def _sign(name: str) -> str:
    return GREEK.get(name) or _SIGNS.get(name, name)
