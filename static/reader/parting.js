// Boxes that were drawn over a gutter are parted there, before they are read (analysis/ocr/parting.py).

import { distance } from "./detect.js";
import { greyOf } from "./resample.js";

const LEAST_WIDTH = 6;
const GAP_HEIGHTS = 0.55;
const INK_SHARE = 0.25;
const LEAST_CONTRAST = 24;
const NEAR_HEIGHTS = 6;
const LEAST_CLEAR = 3;
const CLEAR_SHARE = 0.75;
const INNER = 0.38; // Of the height, above and below the middle: where letters are.

/** From which x to which. @typedef {[number, number]} Gap */
/** A box by its upright extent, and its gaps from left to right. @typedef {{ corners: Point[], left: number, top: number, right: number, bottom: number, height: number, gaps: Gap[] }} Line */
/** @typedef {ReturnType<typeof greyOf>} Grey */

/** Return what was found, boxes over a gutter cut in two or more. @type {(picture: import("./resample.js").Picture, found: import("./detect.js").Found[]) => import("./detect.js").Found[]} */
export function parted(picture, found) {
  const grey = greyOf(picture);
  const lines = found.filter(({ bend }) => !bend).map(({ corners }) => lineOf(grey, corners));
  const straight = lines.flatMap((line) => piecesOf(line, lines)).map((corners) => ({ corners, bend: null }));
  return [...straight, ...found.filter(({ bend }) => bend)];
}

/** @type {(grey: Grey, corners: Point[]) => Line} */
function lineOf(grey, corners) {
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [left, top, right, bottom] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const high = distance(corners[0], corners[3]);
  const gaps = right - left > LEAST_WIDTH * high ? gapsIn(grey, corners, high) : [];
  return { corners, left, top, right, bottom, height: Math.max(bottom - top, 1), gaps };
}

/** Return where there is no ink along the middle of the box. @type {(grey: Grey, corners: Point[], high: number) => Gap[]} */
function gapsIn(grey, corners, high) {
  const { columns, counts } = along(grey, corners, high);
  const [low, paper, bright] = [0.02, 0.5, 0.98].map((share) => levelOf(counts, share));
  const [darkest, brightest] = [counts.findIndex(Boolean), 255 - [...counts].reverse().findIndex(Boolean)];
  if (brightest - darkest < LEAST_CONTRAST) return [];
  const most = INK_SHARE * Math.max(Math.abs(paper - low), bright - paper);
  const isInk = columns.map((column) => column.some((level) => Math.abs(level - paper) > most));
  /** @type {Gap[]} */
  const found = [];
  for (let at = 0; at < isInk.length; at++) {
    if (isInk[at]) continue;
    const begin = at;
    while (at < isInk.length && !isInk[at]) at++;
    if (at - begin >= GAP_HEIGHTS * high && begin > 0) found.push([corners[0].x + begin, corners[0].x + at]);
  }
  return found;
}

/** Return the inner pixels of the box, column by column, level even when the line is tilted, and how many there are of each level. @type {(grey: Grey, corners: Point[], high: number) => { columns: Uint8Array[], counts: number[] }} */
function along({ width, height, grey }, [topLeft, topRight, , bottomLeft], high) {
  const counts = new Array(256).fill(0);
  const columns = [];
  const slope = (topRight.y - topLeft.y) / Math.max(topRight.x - topLeft.x, 1);
  const rows = Math.ceil(2 * INNER * high);
  for (let x = Math.max(0, Math.round(topLeft.x)); x < Math.min(width, Math.round(topRight.x)); x++) {
    const first = (topLeft.y + bottomLeft.y) / 2 + (x - topLeft.x) * slope - INNER * high;
    const column = new Uint8Array(rows);
    for (let n = 0; n < rows; n++) {
      const y = Math.min(height - 1, Math.max(0, Math.round(first + n)));
      counts[(column[n] = grey[y * width + x])] += 1;
    }
    columns.push(column);
  }
  return { columns, counts };
}

/** Return the level below which this share of the pixels lies, between two where it falls between them. @type {(counts: number[], share: number) => number} */
function levelOf(counts, share) {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const at = share * (all - 1);
  const nth = (/** @type {number} */ n) => {
    let seen = 0;
    return counts.findIndex((count) => (seen += count) > n);
  };
  const below = Math.floor(at);
  const low = nth(below);
  return low + (at - below) * (nth(Math.min(all - 1, below + 1)) - low);
}

/** @type {(line: Line, lines: Line[]) => Point[][]} */
function piecesOf(line, lines) {
  const cuts = line.gaps.filter(([from, to]) => from > line.left && to < line.right && isGutter(line, from, to, lines));
  if (!cuts.length) return [line.corners];
  const edges = [line.left, ...cuts.map(([from, to]) => (from + to) / 2), line.right];
  return edges.slice(1).map((right, n) => between(line.corners, edges[n], right));
}

/** Ask the lines above and below whether they keep this place clear. @type {(line: Line, left: number, right: number, lines: Line[]) => boolean} */
function isGutter(line, left, right, lines) {
  const reach = NEAR_HEIGHTS * line.height;
  const near = lines.filter((other) => other !== line && other.top < line.bottom + reach && other.bottom > line.top - reach);
  const over = near.filter((other) => other.left < right && other.right > left);
  const covering = over.filter((other) => Math.min(other.right, right) - Math.max(other.left, left) > 0.5 * (right - left));
  const beside = rowsBeside(near, left, right);
  const clear = covering.filter((other) => isClear(other, left, right)).length + beside;
  return clear >= LEAST_CLEAR && clear >= CLEAR_SHARE * (covering.length + beside);
}

/** @type {(line: Line, left: number, right: number) => boolean} */
const isClear = ({ gaps }, left, right) => gaps.some(([from, to]) => from <= right && to >= left && Math.min(to, right) - Math.max(from, left) >= 0.5 * (right - left));

/** Count rows with one box that ends before the gap and another that begins after it. @type {(near: Line[], left: number, right: number) => number} */
function rowsBeside(near, left, right) {
  const slack = 0.5 * (right - left);
  const before = near.filter((line) => line.right <= left + slack && line.right > left - 4 * line.height);
  const after = near.filter((line) => line.left >= right - slack && line.left < right + 4 * line.height);
  const besides = (/** @type {Line} */ one, /** @type {Line} */ other) => Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 0.5 * Math.min(one.height, other.height);
  return before.filter((one) => after.some((other) => besides(one, other))).length;
}

/** Return the part of a box between two x. @type {(corners: Point[], left: number, right: number) => Point[]} */
function between([topLeft, topRight, bottomRight, bottomLeft], left, right) {
  return [at(topLeft, topRight, left), at(topLeft, topRight, right), at(bottomLeft, bottomRight, right), at(bottomLeft, bottomRight, left)];
}

/** @type {(start: Point, end: Point, x: number) => Point} */
function at(start, end, x) {
  const share = Math.min(Math.max((x - start.x) / Math.max(end.x - start.x, 1), 0), 1);
  return { x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y) };
}
