"""BLIP_BACKEND=transformers: the real BlipForConditionalGeneration, in eval form, behind the same door.

For machines with the room (torch and transformers alone take 335-390 MB), and the reference that the
exported files are compared with. Needs the extra `blip`; importing this file is what brings torch.
"""

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BlipForConditionalGeneration, BlipProcessor

from studylens.analysis.budget.onnx import vendor_errors
from studylens.limits import BLIP_MAX_NEW_TOKENS

if TYPE_CHECKING:
    from PIL import Image


class TransformersCaptioner:
    """A model in transformers' own format, from a folder."""

    engine = "blip:transformers"

    def __init__(self, source: Path | str) -> None:
        with vendor_errors("loading the caption model with transformers"):
            self.processor: Any = BlipProcessor.from_pretrained(source)
            model: Any = BlipForConditionalGeneration.from_pretrained(source)
            self.model: Any = model.eval()

    def caption(
        self,
        image: "Image.Image",
        *,
        max_new_tokens: int = BLIP_MAX_NEW_TOKENS,
    ) -> str:
        """Describe an RGB picture in one phrase; raises as OnnxCaptioner does."""
        with vendor_errors("captioning with transformers"):
            inputs = self.processor(images=image, return_tensors="pt")
            tokens = self._generate(inputs, max_new_tokens)
            return self.text(tokens)

    def text(self, tokens: Any) -> str:
        """Return the words of a caption's tokens."""
        return str(self.processor.decode(tokens, skip_special_tokens=True)).strip()

    def tokens(self, pixels: NDArray[np.float32], limit: int) -> list[int]:
        """Return the tokens of the caption of pixels [1, 3, px, px], from the start token."""
        return [int(token) for token in self._generate({"pixel_values": torch.from_numpy(pixels)}, limit)]

    def scores(self, pixels: NDArray[np.float32], tokens: list[int]) -> NDArray[np.float32]:
        """Return [tokens, vocabulary]: the score of every word after each of `tokens`."""
        with torch.inference_mode():
            states = self.model.vision_model(torch.from_numpy(pixels))[0]
            given = torch.tensor([tokens])
            found: NDArray[np.float32] = (
                self.model.text_decoder(input_ids=given, encoder_hidden_states=states).logits[0].numpy()
            )
        return found

    def close(self) -> None:
        """Let go of the model."""
        self.model = self.processor = None
        gc.collect()

    def _generate(self, inputs: Any, limit: int) -> Any:
        with torch.inference_mode():
            return self.model.generate(**inputs, max_new_tokens=limit, num_beams=1, do_sample=False)[0]
