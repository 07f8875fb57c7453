"""How a model in transformers' format is laid out: which files it has, and which of them are needed."""

from collections.abc import Collection

from studylens.errors import EngineFailed

CONFIG, CARD = "config.json", "README.md"
SMALL = (
    CONFIG,
    CARD,
    "added_tokens.json",
    "generation_config.json",
    "preprocessor_config.json",
    "processor_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
)
_WEIGHTS = (("model", ".safetensors"), ("pytorch_model", ".bin"))
"""How weights are named, first the kind that is preferred; those for TensorFlow are never taken."""


def needed(names: Collection[str]) -> list[str]:
    """Choose from a model's files: what is small, then one kind of weights, whole or in numbered parts.

    Raises EngineFailed when there are no weights.
    """
    small = [name for name in SMALL if name in names]
    for stem, ending in _WEIGHTS:
        whole = f"{stem}{ending}"
        parts = sorted(name for name in names if name.startswith(f"{stem}-0") and name.endswith(ending))
        if whole in names:
            return [*small, whole]
        if parts and f"{whole}.index.json" in names:
            return [*small, f"{whole}.index.json", *parts]
    raise EngineFailed("it holds no weights that torch can load (model.safetensors or pytorch_model.bin)")


def is_whole(names: Collection[str]) -> bool:
    """Say whether these files are enough to load a model, its weights in one file."""
    words = {"tokenizer.json", "vocab.txt"} & set(names)
    weights = {f"{stem}{ending}" for stem, ending in _WEIGHTS} & set(names)
    return bool({CONFIG, "preprocessor_config.json"} <= set(names) and words and weights)
