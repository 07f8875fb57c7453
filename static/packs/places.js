// Where a line stands in a picture, and which picture comes next.

import { inWords } from "../words.js";

/** Return the box of a line from its four numbers, "left top right bottom". @type {(numbers: string) => Crop} */
export function boxFrom(numbers) {
  const [left = 0, top = 0, right = 0, bottom = 0] = numbers.split(" ").map(Number);
  return { left, top, right, bottom };
}

/** @type {(rect: SVGRectElement, box: Crop) => void} */
export function drawBox(rect, { left, top, right, bottom }) {
  const sides = { x: left, y: top, width: right - left, height: bottom - top };
  for (const [name, value] of Object.entries(sides)) rect.setAttribute(name, String(value));
  rect.setAttribute("visibility", "visible");
}

/** Return a box of a picture in its pixels. @type {(box: Crop, picture: Size) => { x: number, y: number, width: number, height: number }} */
export function inPixels({ left, top, right, bottom }, { width, height }) {
  const sides = [left * width, top * height, (right - left) * width, (bottom - top) * height];
  const [x = 0, y = 0, wide = 0, high = 0] = sides.map(Math.round);
  return { x, y, width: wide, height: high };
}

/** Return the viewBox through which a box of a picture is seen, in its pixels. @type {(box: Crop, picture: Size) => string} */
export function viewOf(box, picture) {
  return Object.values(inPixels(box, picture)).join(" ");
}

/** Return how far to scroll so that the middle of a box comes to the middle of the view, in pixels. @type {(box: Crop, sheet: Size, view: Size) => { left: number, top: number }} */
export function scrollTo({ left, top, right, bottom }, sheet, view) {
  return {
    left: (sheet.width * (left + right) - view.width) / 2,
    top: (sheet.height * (top + bottom) - view.height) / 2,
  };
}

/** Return the item so many steps on; the first and the last are the ends. @type {<T>(items: readonly T[], item: T, step: number) => T | undefined} */
export function stepFrom(items, item, step) {
  return items[Math.min(items.length - 1, Math.max(0, items.indexOf(item) + step))];
}

/** Say where the pictures of a pack are. @type {(inBrowser: boolean, onServer: boolean) => string} */
export function whereKept(inBrowser, onServer) {
  if (!inBrowser) return inWords("Kept on this server");
  return onServer ? inWords("Kept in this browser and on this server") : inWords("Kept in this browser only");
}
