// What is put behind a transparent picture: the server does the same (analysis/picture/ground.py).

const GROUNDS = [
  { colour: "#fff", level: 255 },
  { colour: "#000", level: 0 },
  { colour: "#808080", level: 128 },
]; // The first that is good enough is taken.
const INK_ALPHA = 64; // What is fainter is nothing, or a soft edge.
const CONTRAST = 96; // Levels between ink and ground that a reader needs.
const ENOUGH = 0.9; // Share of the ink that must stand out.
const GLANCE_SIDE = 400; // Pixels of the longest side in which the ink is looked for.

/**
 * Return the colour that what is transparent shall become: the one that contrasts with the ink at its edge.
 * @param {ImageBitmap} picture
 */
export function groundOf(picture) {
  const scale = Math.min(1, GLANCE_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return groundFor(inkAtTheEdge(pen.getImageData(0, 0, canvas.width, canvas.height)));
}

/**
 * Return the colour for ink of these levels (0-255); white for none.
 * @param {number[]} levels
 */
export function groundFor(levels) {
  const judged = GROUNDS.map(({ colour, level }) => ({ colour, standing: standingOut(levels, level) }));
  const good = judged.find(({ standing }) => standing >= ENOUGH * levels.length);
  const best = judged.reduce((one, other) => (other.standing > one.standing ? other : one));
  return (good ?? best).colour;
}

/** @type {(levels: number[], ground: number) => number} */
function standingOut(levels, ground) {
  return levels.filter((level) => Math.abs(level - ground) >= CONTRAST).length;
}

/**
 * Return the levels of the opaque pixels that have a transparent neighbour.
 * @param {{ data: Uint8ClampedArray, width: number, height: number }} pixels
 */
export function inkAtTheEdge({ data, width, height }) {
  /** @type {(x: number, y: number) => boolean} */
  const isInk = (x, y) => x < 0 || y < 0 || x >= width || y >= height || (data[4 * (y * width + x) + 3] ?? 0) >= INK_ALPHA;
  const levels = [];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!isInk(x, y) || (isInk(x - 1, y) && isInk(x + 1, y) && isInk(x, y - 1) && isInk(x, y + 1))) continue;
      const [red = 0, green = 0, blue = 0] = data.subarray(4 * (y * width + x));
      levels.push(0.299 * red + 0.587 * green + 0.114 * blue);
    }
  }
  return levels;
}
