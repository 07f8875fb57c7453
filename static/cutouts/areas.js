// Areas of a picture in per cent of its sides, and strokes of a brush in 0-1: how a finger draws them.

/** Left, top, right, bottom. @typedef {[number, number, number, number]} Area */
/** @typedef {{ keep: boolean, width: number, points: [number, number][] }} Stroke */

const LEAST = 2; // Per cent: a smaller area is a tap.

/** Return the area between two points (0-1), or null for a tap. @type {(from: Point, to: Point) => Area | null} */
export function areaBetween(from, to) {
  const [left, right] = [from.x, to.x].sort((one, other) => one - other).map(percent);
  const [top, bottom] = [from.y, to.y].sort((one, other) => one - other).map(percent);
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return null;
  return right - left < LEAST || bottom - top < LEAST ? null : [left, top, right, bottom];
}

/** @param {number} share */
function percent(share) {
  return Math.round(100 * Math.min(1, Math.max(0, share)));
}

/** Return the path that shades everything but the area. @type {(area: Area) => string} */
export function shadeAround([left, top, right, bottom]) {
  return `M0 0H100V100H0ZM${left} ${top}V${bottom}H${right}V${top}Z`;
}

/** Return the part of a picture (0-1) that is shown to paint on: the box and a fifth around it. @type {(box: number[]) => Crop} */
export function partAround([left = 0, top = 0, right = 1, bottom = 1]) {
  const [wide, high] = [0.2 * (right - left), 0.2 * (bottom - top)];
  return {
    left: Math.max(0, left - wide),
    top: Math.max(0, top - high),
    right: Math.min(1, right + wide),
    bottom: Math.min(1, bottom + high),
  };
}

/** Return where a point of the part (0-1 of it) lies in the whole picture. @type {(point: Point, part: Crop) => [number, number]} */
export function inWhole({ x, y }, { left, top, right, bottom }) {
  const at = [left + x * (right - left), top + y * (bottom - top)].map((place) => Math.round(place * 10_000) / 10_000);
  return [at[0] ?? 0, at[1] ?? 0];
}
