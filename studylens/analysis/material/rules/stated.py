"""Definitions and theorems that are set apart by name and number: "Definition 3.1 (Ring). A ring is ..."."""

import re

from studylens.analysis.material.reading.blocks import Block
from studylens.analysis.material.reading.sentences import BOILERPLATE, CODE, ELSEWHERE, points_elsewhere
from studylens.analysis.material.rules.found import Found, is_term
from studylens.analysis.material.rules.told import told_of
from studylens.analysis.material.wording.phrases import PHRASES
from studylens.judging.text import words

_KIND = (
    r"(?:Definition|Definición|Définition|Definição|Definizione|Definitie|Theorem|Satz|Théorème|Teorema"
    r"|Stelling|Lemma|Lemme|Proposition|Proposición|Proposizione|Corollary|Korollar|Law|Gesetz|Loi|Ley|Legge"
    r"|Principle|Prinzip|Axiom|Axiome)\s?(?:\d[\d.]*)?"
)
_STATED = re.compile(rf"(?P<kind>{_KIND})\s?\((?P<term>[^()]{{3,48}})\)\s?[.:–-]?\s+(?P<text>\S.{{12,}})$")
_NEXT = re.compile(rf"(?<=[.!])\s+(?={_KIND}\s?\()")
_DEFINES = re.compile(r"(?i)d[eé]fini")
_LONGEST, _LEAST_WORDS = 240, 5
"""Characters, and words, of what is stated."""


def find_stated(block: Block, language: str) -> Found | None:
    """Return what a numbered definition or theorem with a name in brackets says, or None."""
    found = _STATED.match(_NEXT.split(block.text)[0])
    if not found or not is_term(found["term"], language) or not _is_plain(found["text"], language):
        return None
    kind, term = found["kind"].split()[0], found["term"]
    defines = _DEFINES.match(kind) is not None
    text = (told_of(term, found["text"]) if defines else "") or found["text"].rstrip(" .")
    phrases = PHRASES[language]
    front = phrases.meaning.format(term=term) if defines else phrases.ask.format(what=f"{kind} – {term}")
    n = block.line_at(found.start("text"))
    return Found(front, text, "definition", n, "label", 0.9, term if defines else "", text)


def _is_plain(text: str, language: str) -> bool:
    """Say whether a statement is words that are understood alone, short enough to be learnt as one."""
    fits = len(text) <= _LONGEST and len(words(text)) >= _LEAST_WORDS and text[-1:] not in ":?,;"
    signs = CODE.search(text) or BOILERPLATE.search(text) or ELSEWHERE.search(text)
    return fits and not signs and not points_elsewhere(text, language)
