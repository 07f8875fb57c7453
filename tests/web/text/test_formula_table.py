"""Formulas of four subjects as a page shows them: whole, or as their source, never half."""

import html
import re

import pytest

from studylens.web.text import markdown
from studylens.web.text.maths import MAX_TEX_CHARS, to_mathml

SHOWN = (
    ("chemistry", r"\ce{H2O}", "H2O"),
    ("chemistry", r"\ce{2H2 + O2 -> 2H2O}", "2H2+O2→2H2O"),
    ("chemistry", r"\ce{SO4^2-}", "SO42−"),
    ("chemistry", r"\ce{[Fe(CN)6]^4-}", "[Fe(CN)6]4−"),
    ("chemistry", r"\ce{CO2 + H2O <=> H2CO3 <=> H+ + HCO3-}", "CO2+H2O⇌H2CO3⇌H++HCO3−"),
    ("chemistry", r"\ce{CuSO4.5H2O}", "CuSO4·5H2O"),
    ("chemistry", r"\ce{A -> ^{14}_{6}C}", "A→614C"),
    ("chemistry", r"\ce{CaCO3 ->[\Delta] CaO + CO2 ^}", "CaCO3→ΔCaO+CO2↑"),
    ("chemistry", r"\ce{Ag+ + Cl- -> AgCl v}", "Ag++Cl−→AgCl↓"),
    ("chemistry", r"\ce{N2 + 3H2 ->[450 °C][Fe] 2NH3}", "N2+3H2→450 °CFe2NH3"),
    ("chemistry", r"\ce{Zn(s) + Cu^2+(aq) -> Zn^2+(aq) + Cu(s)}", "Zn(s)+Cu2+(aq)→Zn2+(aq)+Cu(s)"),
    ("chemistry", r"\ce{MnO4- + 8H+ + 5e- -> Mn^2+ + 4H2O}", "MnO4−+8H++5e−→Mn2++4H2O"),
    ("chemistry", r"\ce{H2 + 1/2 O2 -> H2O}", "H2+12O2→H2O"),
    ("chemistry", r"\ce{CH3-CH2-OH}", "CH3−CH2−OH"),
    ("chemistry", r"\ce{HC#CH}", "HC≡CH"),
    ("chemistry", r"\ce{C_nH_{2n+2}}", "CnH2n+2"),
    ("chemistry", r"K_a = \frac{[\ce{H+}][\ce{A-}]}{[\ce{HA}]}", "Ka=[H+][A−][HA]"),
    ("chemistry", r"\text{pH} = -\log_{10}[\text{H}^+]", "pH=−log10[H+]"),
    ("chemistry", r"\Delta G^\circ = -RT\ln K", "ΔG∘=−RTlnK"),
    ("chemistry", r"A \xrightarrow{k_1} B \xrightleftharpoons[k_{-1}]{k_2} C", "A→k1B⇌k−1k2C"),
    ("physics", r"E = h\nu", "E=hν"),
    ("physics", r"\SI{9.81}{\metre\per\second\squared}", "9.81ms−2"),
    ("physics", r"\qty{6.022e23}{mol^{-1}}", "6.022×1023mol−1"),
    ("physics", r"\SI{8.314}{J/(mol.K)}", "8.314J/(molK)"),
    ("physics", r"\SI{25}{\degreeCelsius}", "25°C"),
    ("physics", r"\SI{5.0 \pm 0.1}{cm}", "5.0±0.1cm"),
    ("physics", r"\SI{50}{\percent}", "50%"),
    ("physics", r"\unit{kg.m.s^{-2}}", "kgms−2"),
    ("physics", r"\num{1.5e-3}", "1.5×10−3"),
    ("physics", r"\SI{10}{\micro\metre}", "10μm"),
    ("physics", r"\vec{F} = m\vec{a}", "F→=ma→"),
    ("physics", r"\nabla \cdot \mathbf{E} = \frac{\rho}{\varepsilon_0}", "∇·𝐄=ρε0"),
    ("physics", r"\oint \vec{B}\cdot d\vec{l} = \mu_0 I", "∮B→·dl→=μ0I"),
    ("physics", r"\frac{\partial^2 u}{\partial t^2} = c^2 \nabla^2 u", "∂2u∂t2=c2∇2u"),
    ("physics", r"i\hbar\frac{\partial}{\partial t}\ket{\psi} = \hat{H}\ket{\psi}", "iℏ∂∂t∣ψ⟩=H^∣ψ⟩"),
    ("physics", r"\Delta x \, \Delta p \geq \frac{\hbar}{2}", "ΔxΔp≥ℏ2"),
    ("physics", r"\dv{x}{t} = v, \pdv{f}{t} = 0", "dxdt=v,∂f∂t=0"),
    ("physics", r"\theta = 90^\degree", "θ=90∘"),
    ("physics", r"\tau = r F \sin\theta", "τ=rFsinθ"),
    ("physics", r"E = \frac{1}{2}mv^2 \not= mc^2", "E=12mv2≠mc2"),
    ("statistics", r"\bar{x} = \frac{1}{n}\sum_{i=1}^n x_i", "x¯=1n∑i=1nxi"),
    ("statistics", r"s^2 = \frac{1}{n-1}\sum_{i=1}^n (x_i - \bar{x})^2", "s2=1n−1∑i=1n(xi−x¯)2"),
    ("statistics", r"\binom{n}{k} p^k (1-p)^{n-k}", "(nk)pk(1−p)n−k"),
    ("statistics", r"P(A \mid B) = \frac{P(B \mid A)P(A)}{P(B)}", "P(A∣B)=P(B∣A)P(A)P(B)"),
    ("statistics", r"X \sim \mathcal{N}(\mu, \sigma^2)", "X~𝒩(μ,σ2)"),
    ("statistics", r"\hat{\beta} = (X^\top X)^{-1} X^\top y", "β^=(X⊤X)−1X⊤y"),
    ("statistics", r"\mathbb{E}[X] = \int_{-\infty}^{\infty} x f(x)\,dx", "𝔼[X]=∫−∞∞xf(x)dx"),
    ("statistics", r"\operatorname{Var}(X) = \mathbb{E}[X^2] - \mathbb{E}[X]^2", "Var(X)=𝔼[X2]−𝔼[X]2"),
    ("statistics", r"z = \frac{\bar{x} - \mu_0}{\sigma / \sqrt{n}}", "z=x¯−μ0σ/n"),
    ("statistics", r"\chi^2 = \sum_i \frac{(O_i - E_i)^2}{E_i}", "χ2=∑i(Oi−Ei)2Ei"),
    ("statistics", r"\operatorname*{arg\,max}_\theta L(\theta)", "argmaxθL(θ)"),
    ("statistics", r"r = \frac{\operatorname{Cov}(X,Y)}{\sigma_X \sigma_Y}", "r=Cov(X,Y)σXσY"),
    ("linear algebra", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "(abcd)"),
    ("linear algebra", r"\begin{vmatrix} a & b \\ c & d \end{vmatrix} = ad - bc", "|abcd|=ad−bc"),
    ("linear algebra", r"\det(A - \lambda I) = 0", "det(A−λI)=0"),
    ("linear algebra", r"A\vec{v} = \lambda\vec{v}", "Av→=λv→"),
    ("linear algebra", r"\norm{\vec{v}} = \sqrt{\langle v, v\rangle}", "‖v→‖=⟨v,v⟩"),
    ("linear algebra", r"\abs{x} \le \left\| y \right\|", "|x|≤‖y‖"),
    ("linear algebra", r"\operatorname{rank}(A) + \dim\ker(A) = n", "rank(A)+dimker(A)=n"),
    ("linear algebra", r"A = U\Sigma V^\top", "A=UΣV⊤"),
    ("linear algebra", r"\begin{aligned} x &= 1 \\ y &= 2 \end{aligned}", "x=1y=2"),
    ("linear algebra", r"f(x) = \begin{cases} x & x > 0 \\ -x & x \le 0 \end{cases}", "f(x)={xx>0−xx≤0"),
    ("linear algebra", r"\left[\begin{array}{cc|c} 1 & 0 & 5 \\ 0 & 1 & 7 \end{array}\right]", "[105017]"),
    ("linear algebra", r"\forall x \in \mathbb{R}^n \setminus \{0\}: x^\top A x > 0", "∀x∈ℝn⧵{0}:x⊤Ax>0"),
    ("linear algebra", r"\underbrace{v_1 + \dots + v_n}_{n} \neq 0", "v1+…+vn⏟n≠0"),
    ("linear algebra", r"\Big\{ x \in V \mid Ax = 0 \Big\}", "{x∈V∣Ax=0}"),
)
"""Subject, source, and the text of what is shown, from left to right, below before above."""
UNKNOWN = (
    r"\ce{SO4 2-}",
    r"\foo{x}",
    r"x + \unknowncommand",
    r"x^{2",
    r"x}^2",
    r"\frac{a}",
    r"\left( x",
    r"\begin{pmatrix} a & b",
    r"\SI{1}{\foo}",
    r"\SI{many}{kg}",
    r"\SI{5}",
    r"\qty{5}{kg^}",
    r"\unit{\per}",
    r"\unit{\metre\tothe{x}}",
    r"\ce{H2O",
    r"\ce{}",
    r"\ce{A -> [}",
    r"\ce{H2O_}",
    r"\ce{\foo}",
    r"\ce{\ce{H2O}}",
    r"\pu{5 mol}",
    r"\prescript{14}{6}{C}",
    r"\text{50\%}",
    r"a & b",
    "x" * (MAX_TEX_CHARS + 1),
    r"\ce{" + "H2O + " * 100 + "H2}",
    r"\abs{x}" * 60,
)


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page)).replace("\xa0", " ")


@pytest.mark.parametrize(("subject", "tex", "shown"), SHOWN)
def test_formula_of_a_subject_is_shown_whole(subject: str, tex: str, shown: str) -> None:
    page = to_mathml(tex, block=False)
    assert page.startswith("<math"), subject
    assert text_of(page) == shown


def test_each_subject_has_its_share() -> None:
    subjects = [subject for subject, _, _ in SHOWN]
    assert len(SHOWN) >= 60
    assert all(subjects.count(subject) >= 12 for subject in set(subjects))


@pytest.mark.parametrize("tex", UNKNOWN)
def test_what_cannot_be_shown_whole_is_shown_as_its_source(tex: str) -> None:
    assert to_mathml(tex, block=False) == f"<code>{html.escape(tex)}</code>"


def test_index_of_a_hydrate_is_no_decimal_number() -> None:
    page = to_mathml(r"\ce{CuSO4.5H2O}", block=False)
    assert "<mn>4</mn>" in page
    assert "4.5" not in page


def test_script_of_an_isotope_hangs_on_no_arrow() -> None:
    page = to_mathml(r"\ce{U -> ^{92}_{36}Kr}", block=False)
    assert "<msubsup><mrow></mrow>" in page


def test_signs_of_latex_are_formulas_in_both_kinds_of_text() -> None:
    text = r"Energy \(E = mc^2\), `\(x^2\)` and \[\int f\]"
    for page in (markdown.render(text), markdown.render_maths(text)):
        assert page.count("<math") == 2, page
        assert r"\(x^2\)" in page
    assert "<math" not in markdown.render(r"grep \(one\|two\)")


def test_hostile_formulas_end_as_source_in_time() -> None:
    hostile = (
        r"\ce{" * 400,
        r"\abs{" * 300,
        r"\SI{1}{" + r"\kilo" * 300 + "}",
        r"\ce{" + "(" * 380 + "}",
        "{" * 1_999,
    )
    for tex in hostile:
        assert to_mathml(tex, block=False).startswith("<code>")
