"""Options of a choice: of one kind, apart from each other, none that gives the answer away."""

import re
from collections.abc import Sequence
from dataclasses import replace

from studylens.judging.item import CHOICE, Item, Page
from studylens.judging.text import EASTERN, NUMBER, alike, contains, content, folded, normalised, stems

LEAST_OPTIONS = 3
"""Options that make a choice: of two one is guessed."""
LENGTH_RATIO = 2.5
"""The right option may be so many times as long, or as short, as the others are on average."""
_SHORT_CHARS = 24
"""Differences in length below so many characters give nothing away."""
_FILLER = re.compile(
    r"(?i)\W*(?:i (?:don['’]t|do not) know|none|n/?a|other|others|nothing|unknown|not sure|no answer|keine"
    r"|nichts|anderes"
    r"|ninguno|otro|otra|aucun\w*|autre|nenhum\w*|outro|nessun\w*|altro|geen|anders|option \w|answer \w"
    r"|\.+|-+|\?+|x+)\W*"
)
_ALL_ABOVE = re.compile(
    r"(?i)\b(?:all|none|both|neither|any) of (?:the )?(?:above|these|them|those)\b|\ball (?:answers"
    r"|options)\b|\b(?:both|only) [a-f]\b"
    r"|\b[a-f] (?:and|und|y|et|e|en|&) [a-f]\b|\balle (?:der )?(?:genannten|oben|antworten|vorherigen)"
    r"|\bkeine der\b"
    r"|\btodas las anteriores|\bninguna de las|\btoutes les réponses|\baucune de ces|\btodas as anteriores"
    r"|\bnenhuma das"
    r"|\btutte le precedenti|\bnessuna delle|\bal(?:le|) (?:het )?bovenstaande|\bgeen van (?:de"
    r"|bovenstaande)|以上(?:皆|都|全)|すべて正しい"
)
_LETTER = re.compile(
    r"(?:(?i:option|answer|antwort|opción|réponse|opção|risposta|antwoord))\s\(?[A-F]\b"
    r"|^\(?[A-F]\)?[).:]?\s(?:is|ist|es|est|é|è)\b"
)


def mended(item: Item) -> tuple[Item, tuple[str, ...]]:
    """Return a choice without options that say the same or nothing, and without an explanation by letters."""
    if item.kind != CHOICE:
        return item, ()
    reasons: list[str] = []
    kept = [item.answer]
    for option in item.options:
        reason = _unfit(option, kept, item.answer)
        if reason:
            reasons.append(reason)
        elif folded(option) != folded(item.answer):
            kept.append(option)
    order = [option for option in item.options if option in kept]
    now = replace(item, options=tuple(dict.fromkeys(order)))
    if _LETTER.search(item.explanation):
        now = replace(now, explanation="")
        reasons.append("explanation_names_option")
    return now, tuple(dict.fromkeys(reasons))


def _unfit(option: str, kept: Sequence[str], right: str) -> str:
    if option == right:
        return ""
    if _ALL_ABOVE.search(option):
        return "options_all_above"
    if not option.strip() or _FILLER.fullmatch(option):
        return "options_filler"
    return "options_same" if any(_same(option, other) for other in kept) else ""


def _same(one: str, other: str) -> bool:
    return folded(one).rstrip(".") == folded(other).rstrip(".") or (
        normalised(one) == normalised(other)
        and bool(re.search(r"\w", one))
        and NUMBER.findall(one) == NUMBER.findall(other)
        and not re.search(r"[+\-=<>^]", one + other)
    )


def choices(item: Item, _page: Page | None) -> str:
    """Say what is wrong with the options of a choice, or nothing."""
    if item.kind != CHOICE:
        return ""
    options = item.options
    wrong = [option for option in options if option != item.answer]
    pairs = [(one, other) for i, one in enumerate(options) for other in options[i + 1 :]]
    found = (
        ("options_all_above", _ALL_ABOVE.search(item.answer) is not None),
        ("options_filler", _FILLER.fullmatch(item.answer) is not None),
        ("options_overlap", any(overlaps(one, other) for one, other in pairs)),
        ("options_kind", len({_family(option) for option in options}) > 1),
        ("options_length", _stands_out(item.answer, wrong)),
        ("options_few", len(options) < LEAST_OPTIONS),
    )
    return next((reason for reason, wrong_so in found if wrong_so), "")


def overlaps(one: str, other: str) -> bool:
    """Say whether two options are right together: one contained in the other, or a symbol of it."""
    if kind_of(one) in {"number", "year", "formula"}:
        return False
    return contains(one, other) or contains(other, one) or _symbol(one, other) or _symbol(other, one)


_SYMBOLS = {
    "oxygen": "o2",
    "hydrogen": "h2",
    "nitrogen": "n2",
    "water": "h2o",
    "carbon dioxide": "co2",
    "methane": "ch4",
    "ammonia": "nh3",
    "chlorine": "cl2",
    "sauerstoff": "o2",
    "wasserstoff": "h2",
    "stickstoff": "n2",
    "wasser": "h2o",
    "kohlendioxid": "co2",
    "oxígeno": "o2",
    "agua": "h2o",
    "oxygène": "o2",
    "eau": "h2o",
    "oxigénio": "o2",
    "água": "h2o",
    "ossigeno": "o2",
    "acqua": "h2o",
    "zuurstof": "o2",
}


def _symbol(name: str, sign: str) -> bool:
    return _SYMBOLS.get(normalised(name).removesuffix(" gas")) == normalised(sign)


def _family(option: str) -> str:
    """Kinds that a reader takes for different things; terms, names and phrases may stand together."""
    kind = kind_of(option)
    return "words" if kind in {"term", "name", "phrase"} else kind


def _stands_out(right: str, wrong: Sequence[str]) -> bool:
    mean = sum(map(len, wrong)) / max(1, len(wrong))
    longer, shorter = max(len(right), mean), min(len(right), mean)
    return longer - shorter > _SHORT_CHARS and longer > LENGTH_RATIO * shorter


def kind_of(text: str) -> str:
    """Return what kind of answer it is: year, number, formula, name, term or phrase."""
    bare = text.strip(" .")
    if re.fullmatch(r"(?:c\.|ca\.|um |around )?\s?(?:1\d{3}|20\d\d)(?:\s?[年])?", bare):
        return "year"
    if re.search(r"[=→⇌≈≤≥\\^]|\$", bare):
        return "formula"
    if re.match(r"[-−+~≈]?\d", bare) and len(content(bare)) <= 2:
        return "number"
    telling = bare.split()
    if len(telling) > 4:
        return "phrase"
    capital = [word for word in telling if word[:1].isupper()]
    return "name" if len(telling) > 1 and len(capital) == len(telling) else "term"


def good_wrongs(question: str, right: str, pool: Sequence[str], *, wanted: int = 3) -> tuple[str, ...]:
    """Return up to `wanted` options of `pool` that are wrong, plausible and give nothing away.

    Fewer than two: do not ask as a choice. The order of `pool` is kept.
    """
    chosen: list[str] = []
    asked = stems(question)
    for option in pool:
        fits = _family(option) == _family(right) and not overlaps(option, right)
        apart = all(not overlaps(option, other) and not _same(option, other) for other in chosen)
        told = contains(question, option) or (bool(stems(option)) and stems(option) <= asked)
        close = alike(stems(option), stems(right)) < 0.6 and not _same(option, right)
        if fits and apart and close and not told and not _stands_out(right, [option]):
            chosen.append(option)
        if len(chosen) == wanted:
            break
    return tuple(chosen)


def explanation(item: Item, _page: Page | None) -> str:
    """An explanation that names a wrong option, and not the right one, explains another answer."""
    if item.kind != CHOICE or not item.explanation:
        return ""
    wrong = [option for option in item.options if option != item.answer]
    names_right = _told(item.explanation, item.answer)
    names_wrong = any(_told(item.explanation, option) for option in wrong)
    return "explanation_disagrees" if names_wrong and not names_right else ""


def _told(text: str, option: str) -> bool:
    if EASTERN.search(option):
        return folded(option) in folded(text)
    telling = stems(option)
    return contains(text, option) or (bool(telling) and telling <= stems(text))
