"""The page of captions: each picture, what the prepared model says of it, and what transformers says.

One file that needs no other and names no folder of this machine: whoever prepared a model can send it.
"""

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

from PIL import Image

from studylens.analysis.blip.manifest import Manifest

PAGE = "captions.html"
"""Its name in the model's folder, where the service reads nothing but what the manifest lists."""
_JPEG_QUALITY = 80
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem; }
article { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0; }
img { border: 1px solid #888; height: auto; width: 200px; }
dt { font-weight: bold; }
dl { flex: 1 1 16rem; margin: 0; }
dd { margin: 0 0 .5rem; }
pre { overflow-x: auto; }
"""


@dataclass(frozen=True)
class Captioned:
    """A picture, and both captions of it."""

    picture: Image.Image
    ours: str
    theirs: str

    @property
    def agree(self) -> bool:
        """Say whether both captions are the same."""
        return self.ours == self.theirs


def write_page(folder: Path, manifest: Manifest, captions: Sequence[Captioned]) -> Path:
    """Write the page into `folder`, whole or not at all, and return its path; raises OSError."""
    equal = sum(caption.agree for caption in captions)
    articles = "\n".join(_article(number, caption) for number, caption in enumerate(captions, start=1))
    draft = folder / f"{PAGE}.new"
    draft.write_text(
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>Captions of {escape(manifest.model)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>\n'
        f"<h1>Captions of {escape(manifest.model)}</h1>\n"
        f"<p>{equal} of {len(captions)} captions are the same, word for word.</p>\n"
        f"{articles}\n<h2>What was compared</h2>\n<pre>{escape(_facts(manifest))}</pre>\n</body></html>\n",
        encoding="utf-8",
    )
    return draft.replace(folder / PAGE)


def _article(number: int, caption: Captioned) -> str:
    verdict = "the same" if caption.agree else "different"
    return (
        f'<article><img src="{_data(caption.picture)}" alt="Picture {number}"><dl>'
        f"<dt>This service</dt><dd>{escape(caption.ours)}</dd>"
        f"<dt>transformers</dt><dd>{escape(caption.theirs)}</dd>"
        f"<dt>Picture {number}</dt><dd>{verdict}</dd></dl></article>"
    )


def _data(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_JPEG_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def _facts(manifest: Manifest) -> str:
    """Say what the manifest says, but for the files."""
    facts = {name: value for name, value in asdict(manifest).items() if name != "files"}
    return json.dumps(facts, indent=1, ensure_ascii=False)
