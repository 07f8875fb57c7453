// Lines of text that bend: their middle line is followed, not their rectangle (analysis/ocr/bends.py).

import { fit, valueAt } from "./fit.js";

/** The middle line in px of the picture: `ys[n]` at x = `first` + n; the line's height. @typedef {{ first: number, ys: Float32Array, height: number }} Bend */

export const BOX_PROBABILITY = 0.5;
export const UNCLIP_RATIO = 1.6; // The network marks shrunken lines; this brings back their full height.
export const FILL = 0.72; // A contour that fills less of its rectangle is bent.
const LONG = 8;
const WIDER = 1.5;
const LEAST_THICK = 3;
const CUBIC_LENGTH = 20;
const OFF_LINE = 0.45;
const LEAST_BEND = 0.3;
const STEEPEST = 0.3;

/** A middle line in px of the map, and its height. @typedef {{ xs: Float32Array, ys: Float32Array, height: number }} Middle */

/** Return the middle line of a bent part of the map; null for a straight one, and for what is no line. @type {(part: import("./shapes.js").Part, labels: Int32Array, map: import("./detect.js").TextMap, area: number) => Middle | null} */
export function follow(part, labels, map, area) {
  const [wide, high] = [part.right - part.left + 1, part.bottom - part.top + 1];
  const rough = area / Math.max(wide, high, 1);
  if (wide < WIDER * high || wide < LONG * rough || rough < LEAST_THICK) return null;
  const inside = filled(part, labels, map.width);
  if (meanOf(inside, part, map) < BOX_PROBABILITY) return null;
  const found = middleOf(inside, wide, high);
  if (!found) return null;
  const { curve, thick } = found;
  const grown = (thick * wide * UNCLIP_RATIO) / (2 * (thick + wide));
  const count = Math.ceil(wide + 2 * grown);
  const xs = Float32Array.from({ length: count }, (_, n) => n - grown);
  const ys = xs.map((x) => valueAt(curve, Math.min(wide - 1, Math.max(0, x))) + part.top);
  return { xs: xs.map((x) => x + part.left), ys, height: thick + 2 * grown };
}

/** Return the part with its holes filled: all that paper around its box does not reach. @type {(part: import("./shapes.js").Part, labels: Int32Array, width: number) => Uint8Array} */
function filled({ label, left, top, right, bottom }, labels, width) {
  const [wide, high] = [right - left + 1, bottom - top + 1];
  const inside = new Uint8Array(wide * high).fill(1);
  /** @type {number[]} */
  const waiting = [];
  const visit = (/** @type {number} */ x, /** @type {number} */ y) => {
    if (x < 0 || y < 0 || x >= wide || y >= high || !inside[y * wide + x] || labels[(top + y) * width + left + x] === label) return;
    inside[y * wide + x] = 0;
    waiting.push(x, y);
  };
  for (let x = 0; x < wide; x++) for (const y of [0, high - 1]) visit(x, y);
  for (let y = 0; y < high; y++) for (const x of [0, wide - 1]) visit(x, y);
  while (waiting.length) {
    const y = waiting.pop() ?? 0;
    const x = waiting.pop() ?? 0;
    visit(x - 1, y);
    visit(x + 1, y);
    visit(x, y - 1);
    visit(x, y + 1);
  }
  return inside;
}

/** @type {(inside: Uint8Array, part: import("./shapes.js").Part, map: import("./detect.js").TextMap) => number} */
function meanOf(inside, { left, top, right }, map) {
  const wide = right - left + 1;
  let [sum, count] = [0, 0];
  for (let n = 0; n < inside.length; n++) {
    if (!inside[n]) continue;
    sum += map.values[(top + Math.floor(n / wide)) * map.width + left + (n % wide)];
    count += 1;
  }
  return sum / count;
}

/** Return the curve through the middles of a mask's columns, and its thickness; null: it is straight. @type {(inside: Uint8Array, wide: number, high: number) => { curve: number[], thick: number } | null} */
function middleOf(inside, wide, high) {
  /** @type {number[]} */ const xs = [];
  /** @type {number[]} */ const middles = [];
  /** @type {number[]} */ const counts = [];
  for (let x = 0; x < wide; x++) {
    let [sum, count] = [0, 0];
    for (let y = 0; y < high; y++) if (inside[y * wide + x]) [sum, count] = [sum + y, count + 1];
    if (count) [xs[xs.length], middles[middles.length], counts[counts.length]] = [x, sum / count, count];
  }
  const thick = shareOf(counts, 0.5);
  const curve = fit(xs, middles, xs.length > CUBIC_LENGTH * thick ? 3 : 2, counts);
  const chord = fit(xs, middles, 1);
  const off = shareOf(xs.map((x, n) => Math.abs(valueAt(curve, x) - middles[n])), 0.9);
  const bent = xs.reduce((most, x) => Math.max(most, Math.abs(valueAt(curve, x) - valueAt(chord, x))), 0);
  const holds = off < OFF_LINE * thick && bent > LEAST_BEND * thick && Math.abs(chord[1]) < STEEPEST;
  return holds ? { curve, thick } : null;
}

/** Return the value below which this share of the values lies, between two where it falls between them. @type {(values: number[], share: number) => number} */
export function shareOf(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

/** Return the middle line in px of the picture, which is `scale` times as large as the map. @type {(middle: Middle, scale: Point) => Bend} */
export function scaled({ xs, ys, height }, scale) {
  const [first, last] = [xs[0] * scale.x, xs[xs.length - 1] * scale.x];
  const made = Float32Array.from({ length: Math.max(1, Math.ceil(last - first)) }, (_, n) => {
    const at = (first + n) / scale.x - xs[0]; // The xs stand one px apart.
    const below = Math.min(ys.length - 1, Math.floor(at));
    return (ys[below] + (at - below) * ((ys[below + 1] ?? ys[below]) - ys[below])) * scale.y;
  });
  return { first, ys: made, height: Math.max(8, Math.round(height * scale.y)) };
}

/** Return the four ends, clockwise from the top left. @param {Bend} bend @returns {Point[]} */
export function outlineOfBend({ first, ys, height }) {
  const [half, last] = [height / 2, first + ys.length - 1];
  const [left, right] = [ys[0], ys[ys.length - 1]];
  return [{ x: first, y: left - half }, { x: last, y: right - half }, { x: last, y: right + half }, { x: first, y: left + half }];
}
