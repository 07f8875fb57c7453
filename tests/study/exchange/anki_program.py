"""Anki itself, as a program of its own that reads one JSON command a line.

`python -m tests.study.exchange.anki_program FOLDER`

Its protobuf code is newer than the runtime that the Gemini SDK allows; they work together, but only a
process whose environment says so may load them.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

ANSWER = "answer: "
"""Before each answer: Anki itself prints a line now and then."""


def take_in(col: Any, path: str, scheduling: bool) -> dict[str, int]:
    """Import a deck file with Anki's usual options; say how many notes are new and how many updated."""
    options = ImportAnkiPackageOptions(with_scheduling=scheduling)
    request = ImportAnkiPackageRequest(package_path=path, options=options)
    log = col.import_anki_package(request).log
    return {"new": len(log.new), "updated": len(log.updated), "found": log.found_notes}


def hand_out(col: Any, path: str, legacy: bool, scheduling: bool) -> None:
    """Export everything as a deck file, in the layout of today or of 2021."""
    options = ExportAnkiPackageOptions(
        with_scheduling=scheduling, with_deck_configs=False, with_media=True, legacy=legacy
    )
    col.export_anki_package(out_path=path, options=options, limit=None)


def add_note(col: Any, kind: str, fields: list[str], deck: str, tags: list[str]) -> None:
    """Add a note of one of Anki's own types: Basic or Cloze."""
    note = col.new_note(col.models.by_name(kind))
    for place, text in enumerate(fields):
        note.fields[place] = text
    note.tags = tags
    col.add_note(note, col.decks.id(deck))


def add_type(col: Any, name: str, fields: list[str], sides: list[list[str]], gaps: bool) -> None:
    """Add a note type with these fields and a card for each pair of sides."""
    kind = col.models.new(name)
    kind["type"] = 1 if gaps else 0
    for field in fields:
        col.models.add_field(kind, col.models.new_field(field))
    for number, (front, back) in enumerate(sides, start=1):
        template = col.models.new_template(f"Card {number}")
        template["qfmt"], template["afmt"] = front, back
        col.models.add_template(kind, template)
    col.models.add(kind)


def add_media(col: Any, name: str, data: str) -> None:
    """Add a file (base64) under this name."""
    col.media.write_data(name, base64.b64decode(data))


def add_occlusion(col: Any, picture: str, shapes: str, header: str, extra: str) -> None:
    """Add a note of Anki's own kind with hidden labels; `picture` is the path of a file."""
    col.add_image_occlusion_notetype()
    [kind] = [kind for kind in col.models.all() if kind.get("originalStockKind") == 6]
    col.add_image_occlusion_note(
        notetype_id=kind["id"],
        image_path=picture,
        occlusions=shapes,
        header=header,
        back_extra=extra,
        tags=[],
    )


def cards(col: Any) -> list[list[Any]]:
    """Return every card in the order of notes: note, place, and both sides as Anki shows them."""
    found = [col.get_card(number) for number in col.find_cards("")]
    shown = [[card.nid, card.ord, card.question(), card.answer()] for card in found]
    return sorted(shown, key=lambda one: (one[0], one[1]))


def notes(col: Any) -> list[dict[str, Any]]:
    """Return every note with its deck and what Anki shows on the sides of its first card."""
    return [_note(col, number) for number in sorted(col.find_notes(""))]


def occlusion(col: Any, guid: str) -> list[Any]:
    """Return the shapes of an image occlusion note as Anki's editor reads them, and its picture."""
    [number] = [found for found in col.find_notes("") if col.get_note(found).guid == guid]
    note = col.get_image_occlusion_note(note_id=number).note
    found = sorted(note.occlusions, key=lambda one: one.ordinal)
    shapes = [{item.name: item.value for item in shape.properties} for one in found for shape in one.shapes]
    return [shapes, base64.b64encode(note.image_data).decode()]


def schedules(col: Any) -> list[dict[str, Any]]:
    """Return each card with what Anki's page of its statistics knows of it."""
    return [_schedule(col, number) for number in sorted(col.find_cards(""))]


_DATA = "SELECT data FROM cards WHERE id = ?"


def _schedule(col: Any, number: int) -> dict[str, Any]:
    card, stats = col.get_card(number), col.card_stats_data(number)
    memory, told = card.memory_state, ("time", "button_chosen", "review_kind", "interval", "taken_secs")
    return {
        "guid": card.note().guid, "place": card.ord, "type": int(card.type), "queue": int(card.queue),
        "days": card.due - col.sched.today, "due": card.due, "ivl": card.ivl, "left": card.left,
        "reps": card.reps, "lapses": card.lapses, "ease": card.factor, "tags": card.note().tags,
        "stability": memory.stability if memory else None, "data": col.db.scalar(_DATA, number),
        "difficulty": memory.difficulty if memory else None, "made": col.crt,
        "answers": [{name: getattr(row, name) for name in told} for row in stats.revlog],
    }  # fmt: skip


def study(col: Any, fsrs: bool, ratings: list[list[int]]) -> None:
    """Answer cards, the first with the first list of buttons (1-4), one after another, and so on."""
    col.set_config("fsrs", fsrs)
    for number, buttons in zip(sorted(col.find_cards("")), ratings, strict=False):
        for button in buttons:
            card = col.get_card(number)
            card.start_timer()
            states = col._backend.get_scheduling_states(number)
            col.sched.answer_card(col.sched.build_answer(card=card, states=states, rating=button - 1))


def hold(col: Any, suspended: int, buried: int) -> None:
    """Suspend one card and bury another, by their places among all."""
    numbers = sorted(col.find_cards(""))
    col.sched.suspend_cards([numbers[suspended]])
    col.sched.bury_cards([numbers[buried]])


def check(col: Any) -> bool:
    """Say whether Anki finds its collection in order."""
    return bool(col.fix_integrity()[1])


def _note(col: Any, number: int) -> dict[str, Any]:
    note = col.get_note(number)
    card = note.cards()[0]
    sides = {"question": card.question(), "answer": card.answer()}
    facts = {"guid": note.guid, "type": note.note_type()["name"], "deck": col.decks.name(card.did)}
    return {**facts, **sides, "fields": note.fields, "tags": note.tags, "cards": len(note.cards())}


def main() -> None:
    """Do what the lines of standard input say, and answer each with a line of JSON."""
    told = (
        take_in, hand_out, add_note, add_type, add_media, add_occlusion, notes, cards, occlusion, check,
        schedules, study, hold,
    )  # fmt: skip
    commands = {item.__name__: item for item in told}
    col = Collection(str(Path(sys.argv[1]) / "collection.anki2"))
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        sys.stdout.write(ANSWER + json.dumps(commands[name](col, *arguments)) + "\n")
        sys.stdout.flush()
    col.close()


if __name__ == "__main__":
    main()
