// Ruled tables: the lines that were drawn around cells, found in the pixels (analysis/ocr/rules.py).

import { greyOf } from "./resample.js";
import { partsOf } from "./shapes.js";

const PAPER_PX = 25;
const CONTRAST = 10;
const ACROSS_PX = 60;
const DOWN_PX = 40;
const JOIN_PX = 5;
const SPAN_ACROSS = 0.4;
const SPAN_DOWN = 0.3;
const LEAST_LINE_PX = 12;
const MOST_GRIDS = 20;

/** Where a table's rules are, in px, edges included. @typedef {{ xs: number[], ys: number[] }} Grid */
/** @typedef {import("./shapes.js").Ink} Ink */

/** Return the grids of rules in a picture. @param {import("./resample.js").Picture} picture @returns {Grid[]} */
export function findGrids(picture) {
  const ink = inkOf(greyOf(picture));
  const { width, height } = ink;
  const across = runs(ink, ACROSS_PX, { lines: height, length: width, step: 1, next: width });
  const down = runs(ink, DOWN_PX, { lines: width, length: height, step: width, next: 1 });
  const { parts } = partsOf(joined(across, down, ink));
  const boxes = parts.map(({ left, top, right, bottom }) => ({ left, top, width: right - left + 1, height: bottom - top + 1 }));
  boxes.sort((one, other) => other.width * other.height - one.width * one.height);
  const large = boxes.slice(0, MOST_GRIDS).filter((box) => box.width > ACROSS_PX && box.height > DOWN_PX);
  return large.flatMap((box) => gridIn(box, across, down, width) ?? []);
}

/** Return what is darker than the paper around it. @param {ReturnType<typeof greyOf>} picture @returns {Ink} */
function inkOf({ width, height, grey }) {
  const ink = new Uint8Array(grey.length);
  const means = meansOf(grey, width, height);
  for (let n = 0; n < grey.length; n++) ink[n] = grey[n] - means[n] <= -CONTRAST ? 1 : 0;
  return { width, height, ink };
}

/** Return the mean of the square around each pixel; the edge goes on outside. @type {(grey: Uint8Array, width: number, height: number) => Uint8Array} */
function meansOf(grey, width, height) {
  const half = PAPER_PX >> 1;
  const sums = new Int32Array(width); // Of each column, over the rows of the square.
  const row = (/** @type {number} */ y) => Math.min(height - 1, Math.max(0, y)) * width;
  const column = (/** @type {number} */ x) => Math.min(width - 1, Math.max(0, x));
  for (let y = -half; y <= half; y++) for (let x = 0, at = row(y); x < width; x++) sums[x] += grey[at + x];
  const means = new Uint8Array(grey.length);
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = -half; x <= half; x++) sum += sums[column(x)];
    for (let x = 0; x < width; x++) {
      means[y * width + x] = Math.round(sum / (PAPER_PX * PAPER_PX));
      sum += sums[column(x + half + 1)] - sums[column(x - half)];
    }
    for (let x = 0, leaves = row(y - half), comes = row(y + half + 1); x < width; x++) sums[x] += grey[comes + x] - grey[leaves + x];
  }
  return means;
}

/** Return the ink that goes on for `least` px in one direction; beyond the edge it is taken to go on. @type {(ink: Ink, least: number, how: { lines: number, length: number, step: number, next: number }) => Uint8Array} */
function runs({ ink }, least, { lines, length, step, next }) {
  const made = new Uint8Array(ink.length);
  for (let line = 0; line < lines; line++) {
    for (let at = 0; at < length; at++) {
      const begin = at;
      while (at < length && ink[line * next + at * step]) at++;
      const atEdge = begin === 0 || at === length;
      if (at - begin < (atEdge ? least / 2 : least)) continue;
      for (let n = begin; n < at; n++) made[line * next + n * step] = 1;
    }
  }
  return made;
}

/** Return both kinds of rules, grown so that those that nearly meet do. @type {(across: Uint8Array, down: Uint8Array, size: Size) => Ink} */
function joined(across, down, { width, height }) {
  const ink = new Uint8Array(across.length);
  const half = JOIN_PX >> 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!across[y * width + x] && !down[y * width + x]) continue;
      const [left, right] = [Math.max(0, x - half), Math.min(width - 1, x + half)];
      for (let row = Math.max(0, y - half); row <= Math.min(height - 1, y + half); row++) ink.fill(1, row * width + left, row * width + right + 1);
    }
  }
  return { width, height, ink };
}

/** @typedef {Size & { left: number, top: number }} Box */

/** @type {(box: Box, across: Uint8Array, down: Uint8Array, width: number) => Grid | null} */
function gridIn(box, across, down, width) {
  const columnSums = new Array(box.width).fill(0);
  for (let y = 0; y < box.height; y++) for (let x = 0; x < box.width; x++) columnSums[x] += down[(box.top + y) * width + box.left + x];
  const xs = linesOf(columnSums, SPAN_DOWN * box.height, box.width);
  const ys = linesOf(meeting(box, across, xs, width), SPAN_ACROSS * box.width, box.height);
  if (xs.length < 3 || ys.length < 3) return null;
  return { xs: xs.map((x) => box.left + x), ys: ys.map((y) => box.top + y) };
}

/** Return how much of each row is ruled, nothing where that meets fewer than two columns: the bar of a fraction ends inside its cell. @type {(box: Box, across: Uint8Array, xs: number[], width: number) => number[]} */
function meeting(box, across, xs, width) {
  /** @type {number[]} */
  const ends = [];
  /** @type {number[]} */
  const sums = [];
  for (let y = 0; y < box.height; y++) {
    const begin = (box.top + y) * width + box.left;
    const row = across.subarray(begin, begin + box.width);
    ends.push(xs.filter((x) => row.subarray(Math.max(0, x - JOIN_PX), x + JOIN_PX + 1).includes(1)).length);
    sums.push(row.reduce((sum, value) => sum + value, 0));
  }
  return spread(ends).map((count, y) => (count >= 2 ? sums[y] : 0));
}

/** Return where the rules are, and the two edges where the table is open. @type {(profile: number[], least: number, length: number) => number[]} */
function linesOf(profile, least, length) {
  const dense = spread(profile).flatMap((sum, at) => (sum >= least ? [at] : []));
  const places = [0];
  for (const at of [...dense, length - 1]) if (at - places[places.length - 1] >= LEAST_LINE_PX) places.push(at);
  return places;
}

/** Add up neighbours: a slightly tilted rule is spread over a few. @param {number[]} profile */
function spread(profile) {
  const half = JOIN_PX >> 1;
  return profile.map((_, at) => profile.slice(Math.max(0, at - half), at + half + 1).reduce((sum, value) => sum + value, 0));
}
