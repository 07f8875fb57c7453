"""The tiny trained model in the shape in which BLIP was published in 2022, for a hub that serves it.

Taken over from the published files are names and kinds, never contents: settings that today's transformers
does not know, BERT's own tokenizer, which lacks the token that captions start with, weights in three formats.
"""

import json
from pathlib import Path
from typing import Any

from tests.analysis.blip.tiny_blip import FOLDER

_GENERATION = {
    "bad_words_ids": None, "begin_suppress_tokens": None, "decoder_start_token_id": None,
    "diversity_penalty": 0.0, "do_sample": False, "early_stopping": False, "forced_bos_token_id": None,
    "exponential_decay_length_penalty": None, "encoder_no_repeat_ngram_size": 0, "length_penalty": 1.0,
    "max_length": 20, "min_length": 0, "num_beams": 1, "no_repeat_ngram_size": 0, "num_beam_groups": 1,
    "num_return_sequences": 1, "output_scores": False, "remove_invalid_values": False, "top_k": 50,
    "repetition_penalty": 1.0, "suppress_tokens": None, "temperature": 1.0, "top_p": 1.0, "typical_p": 1.0,
}  # fmt: skip
_LEGACY = {
    "_name_or_path": "", "add_cross_attention": False, "architectures": None, "chunk_size_feed_forward": 0,
    "cross_attention_hidden_size": None, "finetuning_task": None, "is_encoder_decoder": False,
    "id2label": {"0": "LABEL_0", "1": "LABEL_1"}, "label2id": {"LABEL_0": 0, "LABEL_1": 1},
    "output_attentions": False, "output_hidden_states": False, "prefix": None, "problem_type": None,
    "pruned_heads": {}, "return_dict": True, "return_dict_in_generate": False, "task_specific_params": None,
    "tf_legacy_loss": False, "tie_encoder_decoder": False, "tie_word_embeddings": True,
    "tokenizer_class": None, "torch_dtype": None, "torchscript": False, "use_bfloat16": False,
    "transformers_version": "4.26.0.dev0",
}  # fmt: skip
_UNKNOWN_TO_THE_TOKENIZER = ("[DEC]", "[ENC]")
_NEW = ("dtype", "encoder_hidden_size", "label_smoothing")
NEEDLESS = ("pytorch_model.bin", "tf_model.h5", ".gitattributes")


def files() -> dict[str, bytes]:
    """Return the repository's files by name."""
    here = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    kept = {name: here[name] for name in ("model.safetensors", "vocab.txt")}
    words = "".join(
        f"{word}\n" for word in kept["vocab.txt"].decode().split() if word not in _UNKNOWN_TO_THE_TOKENIZER
    )
    return {
        **kept,
        ".gitattributes": b"*.h5 filter=lfs diff=lfs merge=lfs -text\n",
        "README.md": b"---\npipeline_tag: image-to-text\nlicense: bsd-3-clause\n---\n# Tiny\n",
        "config.json": _json(_config(json.loads(here["config.json"]))),
        "preprocessor_config.json": _json(_pictures(json.loads(here["preprocessor_config.json"]))),
        "pytorch_model.bin": b"the same weights, for an older torch",
        "special_tokens_map.json": _json(_special()),
        "tf_model.h5": b"the same weights, for TensorFlow",
        "tokenizer.json": _json(_tokenizer(json.loads(here["tokenizer.json"]))),
        "tokenizer_config.json": _json(_tokenizer_config()),
        "vocab.txt": words.encode(),
    }


def only_for_older_torch(folder: Path) -> dict[str, bytes]:
    """Return the files of a model that was never converted: no safetensors; a buffer is no weight."""
    import torch
    from transformers import BlipForConditionalGeneration

    state = dict(BlipForConditionalGeneration.from_pretrained(FOLDER).state_dict())
    state["text_decoder.bert.embeddings.position_ids"] = torch.arange(64)[None]
    torch.save(state, folder / "pytorch_model.bin")
    found = {name: content for name, content in files().items() if name != "model.safetensors"}
    return {**found, "pytorch_model.bin": (folder / "pytorch_model.bin").read_bytes()}


def _config(found: dict[str, Any]) -> dict[str, Any]:
    text, vision = ({**_GENERATION, **_LEGACY, **found.pop(f"{part}_config")} for part in ("text", "vision"))
    old = {"_commit_hash": None, "torch_dtype": "float32", "transformers_version": None}
    parts = {
        "text_config": _older(text),
        "vision_config": {**_older(vision), "dropout": 0.0, "num_channels": 3},
    }
    return {**_older(found), **old, **parts}


def _older(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name not in _NEW}


def _pictures(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "processor_class": "BlipProcessor", "size_divisor": 32}


def _special() -> dict[str, str]:
    return {f"{name}_token": f"[{name.upper()}]" for name in ("cls", "mask", "pad", "sep", "unk")}


def _tokenizer(found: dict[str, Any]) -> dict[str, Any]:
    found["added_tokens"] = [
        t for t in found["added_tokens"] if t["content"] not in _UNKNOWN_TO_THE_TOKENIZER
    ]
    for word in _UNKNOWN_TO_THE_TOKENIZER:
        del found["model"]["vocab"][word]
    return found


def _tokenizer_config() -> dict[str, Any]:
    return {
        **_special(), "do_basic_tokenize": True, "do_lower_case": True, "model_max_length": 512,
        "model_input_names": ["input_ids", "attention_mask"], "name_or_path": "bert-base-uncased",
        "never_split": None, "processor_class": "BlipProcessor", "special_tokens_map_file": None,
        "strip_accents": None, "tokenize_chinese_chars": True, "tokenizer_class": "BertTokenizer",
    }  # fmt: skip


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2).encode()
