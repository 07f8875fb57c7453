// Boxes of a picture in 0-1 of its sides: drawn, moved, resized. Knows no page.

const LEAST = 0.01; // Of the picture: a smaller box is a tap.
const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };
/** The box that the keyboard adds: in the middle, as large as a label. */
export const MIDDLE = { left: 0.4, top: 0.47, right: 0.6, bottom: 0.53 };

/** @param {number} share */
const inside = (share) => Math.min(1, Math.max(0, share));

/** Return the box between two points, or null for a tap. @type {(from: Point, to: Point) => Crop | null} */
export function between(from, to) {
  const [left = 0, right = 0] = [from.x, to.x].map(inside).sort((one, other) => one - other);
  const [top = 0, bottom = 0] = [from.y, to.y].map(inside).sort((one, other) => one - other);
  return right - left < LEAST || bottom - top < LEAST ? null : { left, top, right, bottom };
}

/** Return the box moved by so much; it stops at the picture's edge. @type {(box: Crop, by: Point) => Crop} */
export function moved({ left, top, right, bottom }, by) {
  const x = Math.min(WHOLE.right - right, Math.max(-left, by.x));
  const y = Math.min(WHOLE.bottom - bottom, Math.max(-top, by.y));
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

/** Return the box with its lower right corner moved by so much. @type {(box: Crop, by: Point) => Crop} */
export function resized({ left, top, right, bottom }, by) {
  return {
    left,
    top,
    right: Math.max(Math.min(1, left + LEAST), inside(right + by.x)),
    bottom: Math.max(Math.min(1, top + LEAST), inside(bottom + by.y)),
  };
}

/** Return how far an arrow key moves, or null for another key. @type {(key: string, step: number) => Point | null} */
export function stepOf(key, step) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const [x, y] = ways[/** @type {keyof typeof ways} */ (key)] ?? [];
  return x === undefined || y === undefined ? null : { x: x * step, y: y * step };
}

/** Return a box as the form sends it. @type {(box: Crop) => string} */
export function textOf({ left, top, right, bottom }) {
  return [left, top, right, bottom].map((side) => String(Math.round(side * 10_000) / 10_000)).join(" ");
}
