"""From a caption's tokens to text, as tokenizers' WordPiece decoder does it, without the tokenizer.

The tokenizer would take 10 MB and 40 ms to load. The words lie in a file of their own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studylens.errors import EngineFailed

WORDS_FILE = "words.json"
_TIDIED: tuple[tuple[str, str], ...] = (
    (" .", "."),
    (" ?", "?"),
    (" !", "!"),
    (" ,", ","),
    (" ' ", "'"),
    (" n't", "n't"),
)
_TIDIED += ((" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"))


@dataclass(frozen=True)
class Words:
    """The vocabulary by token id, and which tokens are never shown."""

    words: list[str]
    hidden: frozenset[int]

    def text(self, tokens: Sequence[int]) -> str:
        """Join tokens: `##s` continues a word, and no space stands before a full stop.

        A token that the tokenizer does not know is not shown, as in transformers: a model may start its
        captions with word 30522 while its tokenizer, BERT's own, ends with 30521.
        """
        known = range(len(self.words))
        shown = [self.words[token] for token in tokens if token in known and token not in self.hidden]
        parts = [_joined(word) for word in shown[1:]]
        return "".join([*(_tidy(word) for word in shown[:1]), *parts])


def read_words(folder: Path) -> Words:
    """Read the words of a prepared model."""
    found = json.loads((folder / WORDS_FILE).read_text())
    return Words(found["words"], frozenset(found["hidden"]))


def words_of(tokenizer: str) -> str:
    """Return the words file for a tokenizer's own JSON; raises EngineFailed for one of another kind."""
    found = json.loads(tokenizer)
    decoder = found["decoder"] or {}
    if (decoder.get("type"), decoder.get("prefix"), decoder.get("cleanup")) != ("WordPiece", "##", True):
        raise EngineFailed("the tokenizer is not of BLIP's kind (WordPiece)")
    ids = dict(found["model"]["vocab"])
    ids |= {token["content"]: token["id"] for token in found["added_tokens"]}
    words = [""] * (max(ids.values()) + 1)
    for word, number in ids.items():
        words[number] = word
    hidden = [token["id"] for token in found["added_tokens"] if token["special"]]
    return json.dumps({"words": words, "hidden": hidden})


def _joined(word: str) -> str:
    return _tidy(word.removeprefix("##") if word.startswith("##") else f" {word}")


def _tidy(word: str) -> str:
    for untidy, tidy in _TIDIED:
        word = word.replace(untidy, tidy)
    return word
