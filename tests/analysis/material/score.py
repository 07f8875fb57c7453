"""The scoring rule of docs/material-scoring.md, applied to every page in tests/analysis/material/pages/."""

# ruff: noqa: T201  (run by hand: its output is the table)

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from studylens.analysis.material.make import make_material
from studylens.analysis.protocol.result import Material
from tests.analysis.material.checks import (
    PageCase,
    card_faults,
    load,
    names,
    normalise,
    question_faults,
    term_faults,
)

WEIGHTS = {"title": 10, "terms": 20, "definitions": 20, "facts": 15, "amount": 10, "quality": 25}


@dataclass
class Score:
    """A page's score with its parts (each 0-1) and the faults that were found."""

    name: str
    total: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def score(page: PageCase, material: Material) -> Score:
    """Apply the rule to one page."""
    result = Score(page.name)
    items = _check_all(page, material, result)
    forbidden = _forbidden(page, material) + _duplicates(material)
    result.faults += forbidden
    if page.expected.get("sparse"):
        result.total = _sparse(page, material, result, len(forbidden))
        return result
    result.parts = _parts(page, material)
    result.parts["quality"] = sum(items) / len(items) if items else 0.0
    weight = sum(WEIGHTS[part] for part in result.parts)
    points = sum(WEIGHTS[part] * share for part, share in result.parts.items())
    result.total = max(0.0, 100 * points / weight - 5 * len(forbidden))
    return result


def _check_all(page: PageCase, material: Material, result: Score) -> list[bool]:
    checks = [(f"term {t.term!r}", list(term_faults(page, t))) for t in material.key_terms]
    checks += [(f"card {c.front!r} / {c.back!r}", list(card_faults(page, c))) for c in material.cards]
    checks += [
        (f"question {q.question!r} {q.options}", list(question_faults(page, q))) for q in material.quiz
    ]
    result.faults += [f"{name}: {fault}" for name, faults in checks for fault in faults]
    return [not faults for _, faults in checks]


def _parts(page: PageCase, material: Material) -> dict[str, float]:
    expected, parts = page.expected, {}
    if expected.get("title"):
        parts["title"] = float(normalise(material.title) in map(normalise, expected["title"]))
    if expected.get("terms"):
        have = {_stem(term.term) for term in material.key_terms}
        parts["terms"] = _share([
            any(_stem(t) in have for t in want.split("|")) for want in expected["terms"]
        ])
    if expected.get("definitions"):
        wanted = expected["definitions"].items()
        parts["definitions"] = _share([_defined(material, term, piece) for term, piece in wanted])
    if expected.get("facts"):
        parts["facts"] = _share([_askable(material, fact) for fact in expected["facts"]])
    parts["amount"] = (
        _within(len(material.cards), expected["cards"]) + _within(len(material.quiz), expected["quiz"])
    ) / 2
    return parts


def _sparse(page: PageCase, material: Material, result: Score, forbidden: int) -> float:
    over = sum(
        max(0, len(made) - page.expected[name][1])
        for name, made in (("cards", material.cards), ("quiz", material.quiz))
    )
    parts = _parts(page, material)
    stated = [parts[name] for name in ("title", "terms") if name in parts]
    total = 100 - 15 * over - 10 * (len(result.faults) - forbidden) - 5 * forbidden
    return max(0.0, total - (20 * (1 - _share(stated)) if stated else 0))


def _stem(term: str) -> str:
    return re.sub(r"(?<=\w{3})(?:es|s)$", "", normalise(term).strip())


def _defined(material: Material, term: str, piece: str) -> bool:
    pairs = [(t.term, t.definition or "") for t in material.key_terms]
    pairs += [(c.front, c.back) for c in material.cards] + [(c.back, c.front) for c in material.cards]
    return any(
        _stem(term) in normalise(front) and normalise(piece).strip() in normalise(back)
        for front, back in pairs
    )


def _askable(material: Material, fact: str) -> bool:
    answers = [card.back for card in material.cards] + [q.options[q.answer_index] for q in material.quiz]
    members = [set(_members(answer)) for answer in answers]
    for way in fact.split("|"):
        want = set(_members(way))
        if any(want <= have for have in members):
            return True
    return False


def _members(answer: str) -> Iterator[str]:
    for part in answer.split("; "):
        yield re.sub(r"^ (?:the|a|an) ", " ", normalise(part)).strip()


def _forbidden(page: PageCase, material: Material) -> list[str]:
    terms = {normalise(term.term) for term in material.key_terms}
    shown = "\n".join([
        *(f"{c.front}\n{c.back}" for c in material.cards),
        *(q.question for q in material.quiz),
    ])
    faults = [
        f"forbidden term {bad!r}"
        for bad in page.expected.get("forbidden_terms", ())
        if normalise(bad) in terms
    ]
    return faults + [
        f"forbidden text {bad!r}" for bad in page.expected.get("forbidden", ()) if _stands(bad, shown)
    ]


def _stands(bad: str, shown: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(bad)}(?!\w)", shown) is not None


def _duplicates(material: Material) -> list[str]:
    seen: set[str] = set()
    keys = [normalise(c.front) for c in material.cards] + ["q" + normalise(q.question) for q in material.quiz]
    keys += ["t" + _stem(term.term) for term in material.key_terms]
    return [f"duplicate {key!r}" for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]


def _share(marks: Sequence[float]) -> float:
    return sum(marks) / len(marks)


def _within(number: int, bounds: Sequence[int]) -> float:
    return float(bounds[0] <= number <= bounds[1])


# --- The table -------------------------------------------------------------------------------------


def show(page: PageCase, material: Material, result: Score) -> None:
    print(f"\n=== {page.name}: {result.total:.1f} ===\ntitle: {material.title}\nsummary: {material.summary}")
    for term in material.key_terms:
        print(
            f"  term {term.source_line}: {term.term}" + (f" = {term.definition}" if term.definition else "")
        )
    for card in material.cards:
        print(f"  card {card.source_line} {card.kind}: {card.front}  ->  {card.back}")
    for q in material.quiz:
        print(f"  quiz {q.source_line}: {q.question}  {q.options}  right: {q.options[q.answer_index]}")
    for fault in result.faults:
        print(f"  FAULT {fault}")


def mean(scores: Sequence[Score]) -> float:
    return sum(item.total for item in scores) / len(scores)


def run() -> dict[bool, list[Score]]:
    """Score every page; the key is whether the page is held out."""
    scores: dict[bool, list[Score]] = {False: [], True: []}
    for page in map(load, names()):
        scores[page.expected["held_out"]].append(score(page, make_material(page.lines)))
    return scores


def main() -> None:
    for name in sys.argv[1:]:
        page = load(name)
        material = make_material(page.lines)
        show(page, material, score(page, material))
    if len(sys.argv) > 1:
        return
    scores = run()
    for held_out, label in ((False, "tuning pages"), (True, "held-out pages")):
        for item in scores[held_out]:
            parts = "  ".join(f"{name} {100 * share:3.0f}" for name, share in item.parts.items())
            print(f"{item.name:24}{item.total:6.1f}  faults {len(item.faults):2}  {parts}")
        print(f"{label + ', mean':24}{mean(scores[held_out]):6.1f}  (n = {len(scores[held_out])})\n")
    print(f"{'all pages, mean':24}{mean(scores[False] + scores[True]):6.1f}")


if __name__ == "__main__":
    main()
