// Thumbnails of packs: made small once from the pictures that this browser keeps, and kept beside them.

import { every } from "../dom.js";
import { turnedBy } from "../upload/shrink.js";
import { find, keep } from "./pictures.js";

const WIDE_PX = 240;

/** @param {HTMLElement} thumb */
async function look(thumb) {
  const { thumb: sha256 = "", turned = 0 } = thumb.dataset;
  delete thumb.dataset.thumb; // Once is enough.
  const small = await smallOf(sha256, Number(turned)).catch(() => null); // Then two letters stand there.
  if (!small) return;
  const picture = document.createElement("img");
  picture.alt = "";
  picture.src = URL.createObjectURL(small);
  thumb.replaceChildren(picture);
}

/** @type {(sha256: string, turned: number) => Promise<Blob | null>} */
async function smallOf(sha256, turned) {
  const kept = await find(sha256);
  if (!kept) return null;
  if (kept.thumb) return kept.thumb;
  const { blob } = await turnedBy(kept, turned);
  const picture = await createImageBitmap(blob, { resizeWidth: WIDE_PX, resizeQuality: "medium" });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  picture.close();
  const thumb = await new Promise((/** @type {(made: Blob | null) => void} */ done) => canvas.toBlob(done, "image/jpeg", 0.75));
  if (thumb) await keep({ ...kept, thumb }).catch(() => {}); // A full disk: it is made again next time.
  return thumb;
}

async function lookAtAll() {
  // One after another: a decoded picture takes some MB.
  for (const thumb of every(HTMLElement, "[data-thumb]")) await look(thumb);
}

lookAtAll();
document.addEventListener("htmx:afterSettle", lookAtAll);
