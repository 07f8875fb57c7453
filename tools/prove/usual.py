"""The usual way, to show beside ours: Flask, torch and BLIP in the web worker.

It is written as tutorials write it: the model is loaded when the worker starts, and a photo is captioned
inside its request. Weights are random ones of full size (BLIP-base, float32), held in memory. USUAL_MODEL
names a folder in transformers' format instead; transformers 5 maps its file, of which the kernel can drop
pages and read them again. Needs the extra `blip`.
"""

import os
from typing import Any

import torch
from flask import Flask, jsonify, request
from PIL import Image
from transformers import BlipConfig, BlipForConditionalGeneration
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

WORDS = 20
"""Of a caption: as many as random weights always write, since they never come to an end."""
PIXELS = 384
"""The side of BLIP-base's picture."""


def load() -> Any:
    """Return the model, ready to caption."""
    folder = os.environ.get("USUAL_MODEL")
    if folder:
        return BlipForConditionalGeneration.from_pretrained(folder).eval()
    return BlipForConditionalGeneration(BlipConfig(vision_config={"image_size": PIXELS})).eval()


model = load()
processor = BlipImageProcessorPil(size={"height": PIXELS, "width": PIXELS})
app = Flask(__name__)


@app.get("/health")
def health() -> Any:
    """Answer once the model is loaded."""
    return jsonify(status="healthy")


@app.post("/analyze")
def analyze() -> Any:
    """Caption the photo `image`; the numbers of its words, since random weights know no words."""
    picture = Image.open(request.files["image"].stream).convert("RGB")
    with torch.inference_mode():
        pixels = processor(images=picture, return_tensors="pt")["pixel_values"]
        words = model.generate(pixel_values=pixels, min_new_tokens=WORDS, max_new_tokens=WORDS)
    return jsonify(words=words[0].tolist())
