"""Score study material offline: what the judge says of packs, whoever made them; no network, no model.

    .venv/bin/python -m benchmarks.material [FOLDER ...] [--json]

Each FOLDER holds packs as JSON files, as `/packs/ID.json` gives them. Without one: our own pages, the
recorded answer of a model, the known flaws and the good items of tests/.
"""

import argparse
import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from studylens.analysis.llm.answer import read
from studylens.analysis.material.make import make_material, with_facts
from studylens.analysis.protocol.result import Line, Material
from studylens.judging import Item, Page, Verdict, judge
from studylens.judging.coverage import FactSpan, unasked
from studylens.judging.item import CHOICE, DROP, MARK
from tests.analysis.llm import answers
from tests.analysis.material import pages
from tests.judging import good, items

DUPLICATES = frozenset({"same_fact", "repeated"})
LEAKS = frozenset({"answer_in_question"})


@dataclasses.dataclass(frozen=True)
class Score:
    """What was found in some packs; a share is None where nothing was counted."""

    packs: int
    items: int
    kept: int
    marked: int
    flaws: Mapping[str, int]
    facts: int
    asked: int
    places: Mapping[int, int]
    """How often the right option stands at each place, from 0."""
    length_ratio: float | None
    """Mean length of the right option by the mean of the others."""

    @property
    def duplicates(self) -> int:
        """Items that ask what another asks."""
        return sum(count for name, count in self.flaws.items() if name in DUPLICATES)

    @property
    def leaks(self) -> int:
        """Items whose question holds the answer."""
        return sum(count for name, count in self.flaws.items() if name in LEAKS)


@dataclasses.dataclass(frozen=True)
class Judgeable:
    """One pack: its items, the page that they are held against, and the page's facts."""

    items: tuple[Item, ...]
    page: Page | None
    facts: tuple[FactSpan, ...] = ()


def score(packs: Iterable[Judgeable]) -> Score:
    """Judge every item of `packs` and count."""
    seen = list(packs)
    verdicts = [(pack, judge(pack.items, pack.page)) for pack in seen]
    every = [verdict for _, some in verdicts for verdict in some]
    choices = [verdict.item for verdict in every if verdict.item.kind == CHOICE and verdict.action != DROP]
    facts = [fact for pack in seen for fact in pack.facts]
    left = [fact for pack, some in verdicts for fact in unasked(pack.facts, _asked(some))]
    return Score(
        packs=len(seen),
        items=len(every),
        kept=sum(verdict.action != DROP for verdict in every),
        marked=sum(verdict.action == MARK for verdict in every),
        flaws=dict(Counter(reason for one in every if one.action == DROP for reason in one.reasons)),
        facts=len(facts),
        asked=len(facts) - len(left),
        places=dict(Counter(item.options.index(item.answer) for item in choices)),
        length_ratio=_length_ratio(choices),
    )


def _asked(verdicts: Sequence[Verdict]) -> list[tuple[int | None, str]]:
    kept = [verdict.item for verdict in verdicts if verdict.action != DROP]
    return [(item.source_line, f"{item.asks} {item.answer} {' '.join(item.options)}") for item in kept]


def _length_ratio(choices: Sequence[Item]) -> float | None:
    ratios = []
    for item in choices:
        others = [len(option) for option in item.options if option != item.answer]
        ratios.append(len(item.answer) * len(others) / max(1, sum(others)))
    return sum(ratios) / len(ratios) if ratios else None


def of_json(pack: Mapping[str, Any]) -> Judgeable:
    """Read a pack from its JSON: at least `cards` or `quiz`, with `transcript` where there is one."""
    told = [line for line in pack.get("transcript", ()) if line["text"].strip()]
    lines = [Line(line["n"], line["text"]) for line in told]
    found = [_item(card["front"], card["back"], card["kind"], card) for card in pack.get("cards", ())]
    for one in pack.get("quiz", ()):
        options = tuple(one["options"])
        asked = _item(one["question"], options[one["answer_index"]], CHOICE, one)
        found.append(dataclasses.replace(asked, options=options, explanation=one.get("explanation") or ""))
    page = Page(tuple(line.text for line in lines), tuple(line.n for line in lines)) if lines else None
    return Judgeable(tuple(found), page, _facts(lines))


def _item(asks: str, answer: str, kind: str, data: Mapping[str, Any]) -> Item:
    line, origin, rule = data.get("source_line"), data.get("origin") or "", data.get("rule") or ""
    return Item(asks, answer, kind, source_line=line, origin=origin, rule=rule)


def _facts(lines: Sequence[Line]) -> tuple[FactSpan, ...]:
    told = with_facts(Material(), lines).judged.facts if lines else ()
    return tuple(FactSpan(fact.first, fact.last, fact.text) for fact in told)


def folder(path: Path) -> Score:
    """Score the packs in a folder; a file that is no pack ends the run with its name."""
    found = []
    for file in sorted(path.glob("*.json")):
        try:
            found.append(of_json(json.loads(file.read_text())))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise SystemExit(f"{file} is no pack: {error!r}") from error
    return score(found)


def own() -> dict[str, Score]:
    """Score what the repository holds: our pages, a model's recorded answer, flaws and good items."""
    made = [
        _of_material(make_material(pages.load(name).lines), pages.load(name).lines) for name in pages.names()
    ]
    answer, lines, _ = read(json.dumps(answers.pack()), model="recorded")
    return {
        "own pages": score(made),
        "a model's recorded answer": score([_of_material(answer, lines)]),
        "known flaws": score(Judgeable(flawed, items.PAGE) for _, flawed in items.FLAWS.values()),
        "good items": score(Judgeable(good.PAGES[name][1], good.page_of(name)) for name in good.PAGES),
    }


def _of_material(material: Material, lines: Sequence[Line]) -> Judgeable:
    plain = json.loads(json.dumps(dataclasses.asdict(material)))
    return of_json({**plain, "transcript": [{"n": line.n, "text": line.text} for line in lines]})


def told(name: str, found: Score) -> str:
    """Return a score as lines to read."""
    share = f"{100 * found.kept / found.items:.0f} %" if found.items else "–"
    covered = f"{found.asked} of {found.facts} facts asked" if found.facts else "no facts to ask"
    ratio = "–" if found.length_ratio is None else f"{found.length_ratio:.2f}"
    places = ", ".join(f"{place + 1}: {count}" for place, count in sorted(found.places.items())) or "–"
    flaws = ", ".join(f"{reason} {count}" for reason, count in Counter(found.flaws).most_common()) or "none"
    return (
        f"{name}: {found.packs} packs, {found.items} items, {found.kept} kept ({share}), "
        f"{found.marked} marked\n"
        f"  flaws: {flaws}\n  duplicates {found.duplicates}, leaks {found.leaks}; {covered}\n"
        f"  right option by the others' length {ratio}; its place {places}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Score folders, or what the repository holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    scores = {str(path): folder(path) for path in given.folders} or own()
    if given.json:
        print(json.dumps({name: dataclasses.asdict(found) for name, found in scores.items()}, indent=1))
    else:
        print("\n".join(told(name, found) for name, found in scores.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
