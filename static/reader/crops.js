// A found line cut out of the picture: straight, upright and 48 px high, as the recognition network wants it.

import { distance, sidesOf } from "./detect.js";
import { BILINEAR, resize } from "./resample.js";

export const HEIGHT_PX = 48;
const SIDEWAYS_RATIO = 1.5;
const BANDS = 3;

/** Whether the text of a box runs up or down. @param {import("./detect.js").Found} found */
export function isTall({ corners, bend }) {
  const [width, height] = sidesOf(corners);
  return !bend && height >= SIDEWAYS_RATIO * width;
}

/** Cut a line out as it stands there, straight, in the picture's own px. @type {(picture: import("./resample.js").Picture, found: import("./detect.js").Found) => import("./resample.js").Picture} */
export function cutOut(picture, { corners, bend }) {
  if (bend) return straightened(picture, bend);
  const [topLeft, topRight, bottomRight, bottomLeft] = corners;
  const width = Math.ceil(Math.max(distance(topLeft, topRight), distance(bottomLeft, bottomRight), 1));
  const height = Math.ceil(Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight), 1));
  return quad(picture, corners, width, height);
}

/** Return the upright cut as a line, 48 px high. @param {import("./resample.js").Picture} cut */
export function toLine(cut) {
  return resize(cut, Math.max(1, Math.ceil((HEIGHT_PX * cut.width) / cut.height)), HEIGHT_PX, BILINEAR);
}

/** Pillow's transform of a quad (Geometry.c), bicubic with its own a = -1. @type {(picture: import("./resample.js").Picture, corners: Point[], width: number, height: number) => import("./resample.js").Picture} */
function quad(picture, [nw, ne, se, sw], width, height) {
  const made = new Uint8ClampedArray(width * height * BANDS);
  const [right, down, both] = [(ne.x - nw.x) / width, (sw.x - nw.x) / height, (se.x - sw.x - ne.x + nw.x) / (width * height)];
  const [rightY, downY, bothY] = [(ne.y - nw.y) / width, (sw.y - nw.y) / height, (se.y - sw.y - ne.y + nw.y) / (width * height)];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += BANDS) {
      const [inX, inY] = [x + 0.5, y + 0.5];
      const fromX = nw.x + right * inX + down * inY + both * inX * inY;
      const fromY = nw.y + rightY * inX + downY * inY + bothY * inX * inY;
      if (fromX < 0 || fromY < 0 || fromX >= picture.width || fromY >= picture.height) continue;
      sample(picture, fromX - 0.5, fromY - 0.5, pillow, made, at);
    }
  }
  return { width, height, data: made };
}

/** @typedef {(share: number, into: Float64Array) => void} Weights */

/** @type {Weights} */
const pillow = (share, into) => cubic(share, -1, into);
/** @type {Weights} */
const openCv = (share, into) => cubic(share, -0.75, into);

/** Weights of the four pixels around a place that is `share` behind the second (Keys 1981). @type {(share: number, a: number, into: Float64Array) => void} */
function cubic(share, a, into) {
  const rest = 1 - share;
  into[0] = ((a * (share + 1) - 5 * a) * (share + 1) + 8 * a) * (share + 1) - 4 * a;
  into[1] = ((a + 2) * share - (a + 3)) * share * share + 1;
  into[2] = ((a + 2) * rest - (a + 3)) * rest * rest + 1;
  into[3] = 1 - into[0] - into[1] - into[2];
}

const [ACROSS, DOWN] = [new Float64Array(4), new Float64Array(4)];

/** Put the colour at (x, y), counted from the middle of the first pixel, at `at`; the edge goes on outside. @type {(picture: import("./resample.js").Picture, x: number, y: number, weights: Weights, made: Uint8ClampedArray, at: number) => void} */
function sample({ width, height, data }, x, y, weights, made, at) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  weights(x - left, ACROSS);
  weights(y - top, DOWN);
  let [red, green, blue] = [0, 0, 0];
  for (let row = 0; row < 4; row++) {
    const line = Math.min(height - 1, Math.max(0, top - 1 + row)) * width;
    for (let column = 0; column < 4; column++) {
      const from = (line + Math.min(width - 1, Math.max(0, left - 1 + column))) * BANDS;
      const weight = DOWN[row] * ACROSS[column];
      red += weight * data[from];
      green += weight * data[from + 1];
      blue += weight * data[from + 2];
    }
  }
  made[at] = red;
  made[at + 1] = green;
  made[at + 2] = blue;
}

/** Cut a bent line out, straight and upright. @type {(picture: import("./resample.js").Picture, bend: import("./bends.js").Bend) => import("./resample.js").Picture} */
function straightened(picture, { first, ys, height }) {
  const width = ys.length;
  const made = new Uint8ClampedArray(width * height * BANDS);
  for (let y = 0, at = 0; y < height; y++) {
    const down = y - (height / 2 - 0.5);
    for (let x = 0; x < width; x++, at += BANDS) sample(picture, first + x, ys[x] + down, openCv, made, at);
  }
  return { width, height, data: made };
}
