// What would make a photo better, said before it is sent. Measured in this browser, beside the page (a worker), so
// that nothing waits for it; a browser that cannot do it sends the photo without advice.

import { inWords } from "../words.js";
import { open } from "./shrink.js";

const LARGE = 1600; // Pixels of the longest side, as the server looks at sharpness.
const MIDDLE = 1000; // Lines of words are told apart.
const SMALL = 480; // Light and tilt.
const PATIENCE_MS = 8_000;

/** @type {Worker | undefined} */
let worker;
let asked = 0;

/** Look at a photo as it will be sent. @param {File} file @returns {Promise<Advice>} */
export async function adviceFor(file) {
  const nothing = { sentences: [], lines: [] };
  try {
    const picture = await open(file);
    const greys = [LARGE, MIDDLE, SMALL].map((side) => greyOf(picture, side));
    picture.close();
    const { sentences, lines } = await ask(greys);
    return { sentences: sentences.map((sentence) => inWords(sentence)), lines };
  } catch {
    return nothing; // Not a picture that this browser knows, or no worker here.
  }
}

/** @param {import("./measure.js").Grey[]} greys @returns {Promise<Advice>} */
function ask(greys) {
  worker ??= new Worker(new URL("./advising.js", import.meta.url), { type: "module" });
  const here = worker;
  const id = (asked += 1);
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error("no advice in time")), PATIENCE_MS);
    const listen = (/** @type {MessageEvent} */ { data }) => {
      if (data.id !== id) return;
      clearTimeout(timer);
      here.removeEventListener("message", listen);
      done(data.advice);
    };
    here.addEventListener("message", listen);
    here.addEventListener("error", failed, { once: true });
    here.postMessage({ id, greys }, greys.map((grey) => grey.data.buffer));
  });
}

/** @type {(picture: ImageBitmap, side: number) => import("./measure.js").Grey} */
function greyOf(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const [width, height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  const grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = 0.299 * (data[4 * at] ?? 0) + 0.587 * (data[4 * at + 1] ?? 0) + 0.114 * (data[4 * at + 2] ?? 0);
  }
  return { data: grey, width, height };
}
