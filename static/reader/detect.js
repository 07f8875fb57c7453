// Where text is: the map of the detection network turned into boxes, as analysis/ocr/detection.py does it.

import { BOX_PROBABILITY, FILL, UNCLIP_RATIO, follow, outlineOfBend, scaled } from "./bends.js";
import { BICUBIC, resize } from "./resample.js";
import { areaOf, cornersOf, outlineOf, partsOf, smallestRectangle } from "./shapes.js";

/** Corners clockwise from the text's own top left, in px of the picture; `bend`: its middle line, when that bends. @typedef {{ corners: Point[], bend: import("./bends.js").Bend | null }} Found */
/** Probabilities of text, row by row. @typedef {{ width: number, height: number, values: Float32Array }} TextMap */
/** Runs the network over BGR planes of -1 to 1. @typedef {(planes: Float32Array, width: number, height: number) => Promise<Float32Array>} Detector */

const STEP_PX = 32; // The network halves its input five times.
const STRIP_AREA = 640 * 1088; // Px at once: a whole square page would need twice the memory.
export const STRIP_MARGIN_PX = 64; // Rows on either side that are thrown away, so that no seam shows.
const INK_PROBABILITY = 0.3;
const MIN_SIDE_PX = 3;
const MAX_BOXES = 1000;

/** Return where text is, looked for in a copy of at most `longest` px. @type {(run: Detector, picture: import("./resample.js").Picture, longest: number) => Promise<Found[]>} */
export async function findText(run, picture, longest) {
  const [width, height] = networkSize(picture, longest);
  const small = resize(picture, width, height, BICUBIC);
  return boxesOf(await inStrips(run, small), picture);
}

/** @type {(size: Size, longest: number) => number[]} */
export function networkSize({ width, height }, longest) {
  const ratio = Math.min(1, longest / Math.max(width, height));
  return [width, height].map((side) => Math.max(STEP_PX, roundHalfEven((side * ratio) / STEP_PX) * STEP_PX));
}

/** @param {number} value */
export function roundHalfEven(value) {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}

/** @type {(run: Detector, picture: import("./resample.js").Picture) => Promise<TextMap>} */
async function inStrips(run, { width, height, data }) {
  const values = new Float32Array(width * height);
  for (const { top, bottom, first, last } of stripsOf({ width, height })) {
    const found = await run(planesOf(data, first * width, width * (last - first)), width, last - first);
    values.set(found.subarray((top - first) * width, (bottom - first) * width), top * width);
  }
  return { width, height, values };
}

/** Return the strips that a picture is looked at in: as few as the memory allows, and of one height, since what two share is looked at twice. @type {(size: Size) => { top: number, bottom: number, first: number, last: number }[]} */
export function stripsOf({ width, height }) {
  const most = Math.floor(STRIP_AREA / width / STEP_PX) * STEP_PX;
  const count = height <= most ? 1 : Math.ceil((height - 2 * STRIP_MARGIN_PX) / Math.max(STEP_PX, most - 2 * STRIP_MARGIN_PX));
  const rows = Math.ceil(height / count / STEP_PX) * STEP_PX;
  return Array.from({ length: Math.ceil(height / rows) }, (_, n) => {
    const [top, bottom] = [n * rows, Math.min(height, (n + 1) * rows)];
    return { top, bottom, first: Math.max(0, top - STRIP_MARGIN_PX), last: Math.min(height, bottom + STRIP_MARGIN_PX) };
  });
}

/** Return pixels as the networks want them: all blue, all green, all red, from -1 to 1. @type {(data: Uint8Array | Uint8ClampedArray, from: number, count: number) => Float32Array} */
export function planesOf(data, from, count) {
  const planes = new Float32Array(3 * count);
  for (let n = 0, at = 3 * from; n < count; n++, at += 3) {
    planes[n] = data[at + 2] / 127.5 - 1;
    planes[count + n] = data[at + 1] / 127.5 - 1;
    planes[2 * count + n] = data[at] / 127.5 - 1;
  }
  return planes;
}

/** Return the boxes of a map of text, in px of the picture. @type {(map: TextMap, picture: Size) => Found[]} */
export function boxesOf(map, picture) {
  const scale = { x: picture.width / map.width, y: picture.height / map.height };
  const limit = { x: picture.width - 1, y: picture.height - 1 };
  const { labels, parts } = partsOf(inkOf(map));
  const large = parts.reverse().filter(({ left, top, right, bottom }) => Math.min(right - left, bottom - top) + 1 > MIN_SIDE_PX);
  const found = large.slice(0, MAX_BOXES).map((part) => foundIn(part, labels, map, { scale, limit }));
  return found.flatMap((one) => (one && Math.min(...sidesOf(one.corners)) > MIN_SIDE_PX ? [one] : []));
}

/** Return what is likely text, grown by a pixel to the right and down. @param {TextMap} map */
function inkOf({ width, height, values }) {
  const ink = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (!(values[at] > INK_PROBABILITY)) continue;
      ink[at] = 1;
      if (x + 1 < width) ink[at + 1] = 1;
      if (y + 1 < height) ink[at + width] = 1;
      if (x + 1 < width && y + 1 < height) ink[at + width + 1] = 1;
    }
  }
  return { width, height, ink };
}

/** @type {(part: import("./shapes.js").Part, labels: Int32Array, map: TextMap, to: { scale: Point, limit: Point }) => Found | null} */
function foundIn(part, labels, map, { scale, limit }) {
  const outline = outlineOf(labels, map.width, map.height, part);
  const rectangle = smallestRectangle(outline);
  if (Math.min(rectangle.width, rectangle.height) < MIN_SIDE_PX) return null;
  const area = areaOf(outline);
  if (area < FILL * rectangle.width * rectangle.height) {
    const middle = follow(part, labels, map, area);
    if (middle) {
      const bend = scaled(middle, scale);
      return { corners: clockwise(within(outlineOfBend(bend), limit)), bend };
    }
  }
  if (meanInside(map, cornersOf(rectangle)) < BOX_PROBABILITY) return null;
  const quad = cornersOf(unclipped(rectangle)).map(({ x, y }) => ({ x: x * scale.x, y: y * scale.y }));
  return { corners: clockwise(within(quad, limit)), bend: null };
}

/** Grow a rectangle by area x ratio / perimeter on each side. @type {(rectangle: import("./shapes.js").Rectangle) => import("./shapes.js").Rectangle} */
function unclipped(rectangle) {
  const { width, height } = rectangle;
  const by = (width * height * UNCLIP_RATIO) / (width + height);
  return { ...rectangle, width: width + by, height: height + by };
}

/** Return the mean probability inside a rectangle. @type {(map: TextMap, corners: Point[]) => number} */
function meanInside({ width, height, values }, corners) {
  const whole = corners.map(({ x, y }) => ({ x: Math.trunc(x), y: Math.trunc(y) }));
  const ys = whole.map(({ y }) => y);
  let [sum, count] = [0, 0];
  for (let y = Math.max(0, Math.min(...ys)); y <= Math.min(height - 1, Math.max(...ys)); y++) {
    const [left, right] = crossing(whole, y);
    for (let x = Math.max(0, Math.round(left)); x <= Math.min(width - 1, Math.round(right)); x++, count++) sum += values[y * width + x];
  }
  return count ? sum / count : 0;
}

/** Return from where to where a row runs inside a convex shape. @type {(corners: Point[], y: number) => [number, number]} */
function crossing(corners, y) {
  let [left, right] = [Infinity, -Infinity];
  for (let n = 0; n < corners.length; n++) {
    const [one, next] = [corners[n], corners[(n + 1) % corners.length]];
    if (Math.min(one.y, next.y) > y || Math.max(one.y, next.y) < y) continue;
    const ends = one.y === next.y ? [one.x, next.x] : [one.x + ((y - one.y) * (next.x - one.x)) / (next.y - one.y)];
    [left, right] = [Math.min(left, ...ends), Math.max(right, ...ends)];
  }
  return [left, right];
}

/** @type {(points: Point[], limit: Point) => Point[]} */
function within(points, limit) {
  return points.map(({ x, y }) => ({ x: Math.min(limit.x, Math.max(0, x)), y: Math.min(limit.y, Math.max(0, y)) }));
}

/** Return the corners from the top left, clockwise: the two leftmost are the left side. @param {Point[]} points @returns {Point[]} */
export function clockwise(points) {
  const sorted = [...points].sort((one, other) => one.x - other.x);
  const [topLeft, bottomLeft] = sorted.slice(0, 2).sort((one, other) => one.y - other.y);
  const [topRight, bottomRight] = sorted.slice(2).sort((one, other) => one.y - other.y);
  return [topLeft, topRight, bottomRight, bottomLeft];
}

/** @type {(one: Point, other: Point) => number} */
export const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
/** Return the width and the height of a box. @type {(corners: Point[]) => [number, number]} */
export const sidesOf = (corners) => [distance(corners[0], corners[1]), distance(corners[0], corners[3])];
