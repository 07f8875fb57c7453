"""The model as transformers loads it: its sizes, and its weights as float arrays."""

from typing import Any

import numpy as np
import torch

from studylens.analysis.blip.manifest import Sizes
from studylens.blip_export.graph import Array
from studylens.errors import EngineFailed


class Weights:
    """The weights by their names in transformers, and the sizes."""

    def __init__(self, model: Any) -> None:
        self._state = model.state_dict()
        self.sizes = sizes_of(model.config)
        self.vision_epsilon = float(model.config.vision_config.layer_norm_eps)
        self.text_epsilon = float(model.config.text_config.layer_norm_eps)
        _refuse_unknown(model.config)

    def array(self, name: str) -> Array:
        """Return a weight as float32."""
        tensor = self._state[name].detach()
        return np.asarray(tensor.to(torch.float32).numpy())

    def linear(self, name: str) -> tuple[Array, Array]:
        """Return a linear layer's matrix [inputs, outputs] and its bias."""
        return self.array(f"{name}.weight").T, self.array(f"{name}.bias")

    def joined(self, *names: str) -> tuple[Array, Array]:
        """Return several linear layers of one input as one."""
        parts = [self.linear(name) for name in names]
        return np.concatenate([part[0] for part in parts], axis=1), np.concatenate([
            part[1] for part in parts
        ])

    @property
    def is_tied(self) -> bool:
        """Say whether words are looked up in the same matrix that they are scored with."""
        words = self._state["text_decoder.bert.embeddings.word_embeddings.weight"]
        scores = self._state["text_decoder.cls.predictions.decoder.weight"]
        return bool(words.data_ptr() == scores.data_ptr() or torch.equal(words, scores))


def sizes_of(config: Any) -> Sizes:
    """Return the sizes that a model's own config gives."""
    vision, text = config.vision_config, config.text_config
    return Sizes(
        image_px=vision.image_size,
        patch_px=vision.patch_size,
        vision_width=vision.hidden_size,
        vision_layers=vision.num_hidden_layers,
        vision_heads=vision.num_attention_heads,
        text_width=text.hidden_size,
        text_layers=text.num_hidden_layers,
        text_heads=text.num_attention_heads,
        vocabulary=text.vocab_size,
        positions=text.max_position_embeddings,
        start_token=text.bos_token_id,
        end_token=text.sep_token_id,
        pad_token=text.pad_token_id,
    )


def _refuse_unknown(config: Any) -> None:
    for part in (config.vision_config, config.text_config):
        if part.hidden_act != "gelu":
            raise EngineFailed(f"the activation {part.hidden_act!r} is not one that can be exported")
