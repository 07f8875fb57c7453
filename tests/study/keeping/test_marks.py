"""Whoever writes past the session says what changed, or a browser would keep what is no longer so."""

import re

import pytest

from studylens.places import HOME

PAST = r"(?:insert|delete|update)\((?:%s)\b"
PICTURES = re.compile(PAST % "PackPicture|CardPicture")
PARTS = re.compile(
    PAST % "Flashcard|CardSchedule|QuizQuestion|PackTerm|TranscriptLine|PackTag|PackPage|CardLabel"
)
OTHERS = re.compile(PAST % "QuizItem|QuizAttempt|UserAchievement")
TOLD = {
    "pictures": (PICTURES, "touch_pictures("),
    "parts": (PARTS, "touch("),
    "others": (OTHERS, "marks.note("),
}

TOLD_AT_THEIR_END = {
    f"studylens/study/exchange/arriving/{name}.py" for name in ("cards", "questions", "labels", "pictures")
}
"""What they write is seen, and told (arriving/showing.py), when the whole file is in."""


@pytest.mark.parametrize("name", TOLD)
def test_a_room_that_writes_past_the_session_tells_it(name: str) -> None:
    past, told = TOLD[name]
    files = [*(HOME / "studylens" / "study").rglob("*.py"), *(HOME / "studylens" / "jobs").rglob("*.py")]
    texts = {path.relative_to(HOME).as_posix(): path.read_text(encoding="utf-8") for path in files}
    writers = {file for file, text in texts.items() if past.search(text)} - TOLD_AT_THEIR_END
    assert writers, "nobody writes so any more: this test has nothing to look at"
    silent = {file for file in writers if told not in texts[file]}
    assert silent == set()
