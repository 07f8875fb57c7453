"""The untrained tiny BLIP: the real transformers classes at a size that a repository can carry."""

import string
from pathlib import Path

import torch
from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipProcessor
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

IMAGE_SIZE = 96

# Plurals are made of pieces, as in BERT's own vocabulary, so that joining "##" is part of every test.
_WORDS = """
a of with picture chart line bar pie slice scatter plot point table column graph parabola wave flow box venn
diagram set circuit lamp label cell plant flower triangle circle square map river lake print page blackboard
formula timeline event one two three four red blue green yellow
""".split()  # noqa: SIM905 (a list literal would take fifty lines)
_PIECES = ("##s", "##es", "##led", "##ed")


def vocabulary() -> dict[str, int]:
    """Give each token its number: [DEC] and [ENC] come last, as in BLIP's 30,524 words."""
    letters = [letter for letter in string.ascii_lowercase if letter not in _WORDS]
    tails = [f"##{letter}" for letter in string.ascii_lowercase if f"##{letter}" not in _PIECES]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokens = [*special, *_WORDS, *_PIECES, *letters, *tails, *string.digits, "[DEC]", "[ENC]"]
    return {token: number for number, token in enumerate(tokens)}


def new_processor() -> BlipProcessor:
    """Give the processor that shrinks pictures to 96 x 96 px and splits captions into our pieces."""
    tokenizer = BertTokenizer(
        vocabulary(), bos_token="[DEC]", extra_special_tokens=["[ENC]"], model_max_length=64
    )
    pictures = BlipImageProcessorPil(size={"height": IMAGE_SIZE, "width": IMAGE_SIZE})
    return BlipProcessor(pictures, tokenizer)


def new_model(seed: int) -> BlipForConditionalGeneration:
    """Give a model of about 0.6 M random weights; the eos number is as unused as in the published BLIP."""
    torch.manual_seed(seed)
    words = vocabulary()
    # Unlike sizes and head counts on both sides: an exporter that mixes them up fails the tests.
    vision = {
        "hidden_size": 96,
        "intermediate_size": 256,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "image_size": IMAGE_SIZE,
        "patch_size": 16,
        "initializer_range": 0.02,
    }
    text = {
        "vocab_size": len(words),
        "hidden_size": 96,
        "intermediate_size": 192,
        "num_hidden_layers": 2,
        "num_attention_heads": 3,
        "max_position_embeddings": 64,
        "bos_token_id": words["[DEC]"],
        "eos_token_id": 2,
        "pad_token_id": words["[PAD]"],
        "sep_token_id": words["[SEP]"],
    }
    return BlipForConditionalGeneration(BlipConfig(text_config=text, vision_config=vision))


def save(folder: Path, model: BlipForConditionalGeneration) -> None:
    """Write the files that the published BLIP has, two of which transformers 5 would leave out."""
    processor = new_processor()  # A new one: the one that was used remembers how training padded.
    model.save_pretrained(folder)
    processor.image_processor.save_pretrained(folder)
    processor.tokenizer.save_pretrained(folder)
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in vocabulary()))
