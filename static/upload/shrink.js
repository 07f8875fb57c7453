// Make a photo smaller, turn it and cut it, here, before it is sent. Upright, as JPEG.

import { inWords } from "../words.js";
import { groundOf } from "./ground.js";

const SIDES = [3200, 2400, 1600]; // Pixels of the longest side; the server itself works on 1600.
const QUALITIES = [0.9, 0.8, 0.7];
const KEPT_SIDE = 1600; // What the browser keeps is as large as what the server reads.
const KEPT_QUALITY = 0.85;

/** @type {Crop} */
export const WHOLE = Object.freeze({ left: 0, top: 0, right: 1, bottom: 1 });
/** @type {Edit} */
export const UNTOUCHED = Object.freeze({ turns: 0, crop: WHOLE });

export class CannotShrink extends Error {}

/** @param {Edit} edit */
export function isUntouched({ turns, crop: { left, top, right, bottom } }) {
  return turns === 0 && left === 0 && top === 0 && right === 1 && bottom === 1;
}

/**
 * Return `file` itself when nothing is to be done, else a JPEG of at most `maxBytes`. Throws CannotShrink.
 * @type {(file: File, maxBytes: number, edit?: Edit) => Promise<File>}
 */
export async function shrink(file, maxBytes, edit = UNTOUCHED) {
  if (file.size <= maxBytes && isUntouched(edit)) return file;
  const picture = await open(file);
  try {
    for (const side of SIDES) {
      const canvas = draw(picture, side, edit);
      for (const quality of QUALITIES) {
        const blob = await encode(canvas, quality);
        if (blob && blob.size <= maxBytes) return new File([blob], jpegName(file.name), { type: "image/jpeg" });
      }
    }
  } finally {
    picture.close();
  }
  throw new CannotShrink(inWords("%(name)s is too large, even made smaller.", file));
}

/** Return the upright picture as the pack's page shows it. Throws CannotShrink. @param {File} file */
export async function upright(file) {
  const picture = await open(file);
  try {
    const canvas = draw(picture, KEPT_SIDE);
    const blob = await encode(canvas, KEPT_QUALITY);
    if (!blob) throw new CannotShrink(inWords("%(name)s cannot be drawn here.", file));
    return { blob, width: canvas.width, height: canvas.height };
  } finally {
    picture.close();
  }
}

/** Return a kept picture turned by so many quarters of a circle, in degrees clockwise. @type {(kept: Kept, degrees: number) => Promise<Kept>} */
export async function turnedBy(kept, degrees) {
  if (!degrees) return kept;
  const picture = await createImageBitmap(kept.blob);
  const canvas = draw(picture, Infinity, { turns: degrees / 90, crop: WHOLE });
  picture.close();
  const blob = await encode(canvas, KEPT_QUALITY);
  return blob ? { ...kept, blob, width: canvas.width, height: canvas.height } : kept;
}

/** Return the decoded picture, upright; the caller closes it. Throws CannotShrink. @param {File} file */
export async function open(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new CannotShrink(
      inWords(
        "%(name)s is %(size)s and this browser cannot open it to make it smaller. Save it as a JPEG, or take it again at a lower resolution.",
        { name: file.name, size: megabytes(file.size) },
      ),
    );
  }
}

/**
 * Return how a picture is drawn with a longest side of at most `side` pixels: the size of the canvas, the two
 * scales, and where the middle of the turned picture comes to lie, in its own pixels from what stays.
 * @type {(picture: Size, side: number, edit: Edit) => Size & { scale: Point, middle: Point }}
 */
export function layOut(picture, side, { turns, crop }) {
  const [width, height] = turns % 2 ? [picture.height, picture.width] : [picture.width, picture.height];
  const [wide, high] = [width * (crop.right - crop.left), height * (crop.bottom - crop.top)];
  const scale = Math.min(1, side / Math.max(wide, high));
  const size = { width: Math.max(1, Math.round(wide * scale)), height: Math.max(1, Math.round(high * scale)) };
  return {
    ...size,
    scale: { x: size.width / wide, y: size.height / high },
    middle: { x: width / 2 - crop.left * width, y: height / 2 - crop.top * height },
  };
}

/** @type {(picture: ImageBitmap, side: number, edit?: Edit, canvas?: HTMLCanvasElement) => HTMLCanvasElement} */
export function draw(picture, side, edit = UNTOUCHED, canvas = document.createElement("canvas")) {
  const { width, height, scale, middle } = layOut(picture, side, edit);
  [canvas.width, canvas.height] = [width, height];
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = groundOf(picture); // JPEG has no transparency.
  pen.fillRect(0, 0, width, height);
  pen.scale(scale.x, scale.y);
  pen.translate(middle.x, middle.y);
  pen.rotate((edit.turns * Math.PI) / 2);
  pen.drawImage(picture, -picture.width / 2, -picture.height / 2);
  return canvas;
}

/** @type {(canvas: HTMLCanvasElement, quality: number) => Promise<Blob | null>} */
function encode(canvas, quality) {
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
}

/** @param {string} name */
export function jpegName(name) {
  return `${name.replace(/\.[^.]*$/, "")}.jpg`;
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return bytes < 100_000 ? inWords("%(n)s kB", { n: Math.ceil(bytes / 1024) }) : inWords("%(n)s MB", { n: new Intl.NumberFormat(globalThis.document?.documentElement.lang || "en", { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(bytes / 1024 / 1024) });
}
