// How good a photo is, in numbers, from its grey levels: the server measures the same (analysis/picture/quality.py).

/** Grey levels, row by row. @typedef {{ data: Uint8Array | Uint8ClampedArray, width: number, height: number }} Grey */

const BRIGHTEST_SHARE = 0.002; // A few words on a dark slide cover more.
const TILE = 32; // Pixels: a tile holds some letters, and one kind of light.
const CONTRAST_SHARE = 0.6; // Tiles with so much of the picture's contrast are letters, not paper or shadows.
const FLAT_SHARE = 0.35; // A tile with less is paper; what moves on it is noise.
const LEAST_CONTRAST = 24;
const LEAST_TILES = 8;
const PAPER = 8; // Radius in pixels: wider than a line of letters, narrower than a shadow.
const INK_GAIN = 4; // Faint pencil counts like print.
const QUARTER_TURN = 3; // How much more the rows of the turned picture must differ.
const LINES = 8; // How much the best angle must stand out: pages and slides 10 and more, pictures up to 7.
const STEEPEST = 44;
const EDGE_SHARE = 0.006; // Of a side: the strip at the edge in which cut letters are looked for.

/** Return the level that only the brightest 0.2 % reach. @param {Grey} grey */
export function brightest({ data, width, height }) {
  const levels = new Uint32Array(256);
  for (const level of data) levels[level] = (levels[level] ?? 0) + 1;
  const wanted = Math.max(1, Math.round(width * height * BRIGHTEST_SHARE));
  let counted = 0;
  for (let level = 255; level > 0; level -= 1) {
    counted += levels[level] ?? 0;
    if (counted >= wanted) return level;
  }
  return 0;
}

/** Return how much of its contrast (per cent) a tile of letters crosses from one pixel to the next; 0: no letters. @param {Grey} grey */
export function sharpness(grey) {
  const tiles = tilesOf(smooth(grey)).sort((one, other) => one.range - other.range);
  const typical = tiles[Math.floor(tiles.length * 0.98)];
  const flat = tiles[Math.floor(tiles.length * 0.03)];
  if (!typical || !flat) return 0;
  const noise = flat.range < typical.range * FLAT_SHARE ? flat.step : 0;
  const least = Math.max(LEAST_CONTRAST, typical.range * CONTRAST_SHARE);
  const shares = tiles
    .filter(({ range }) => range >= least)
    .map(({ range, step }) => (100 * Math.sqrt(Math.max(0, step ** 2 - noise ** 2))) / range)
    .sort((one, other) => one - other);
  return shares.length >= LEAST_TILES ? (shares[Math.floor(shares.length / 2)] ?? 0) : 0;
}

/** Smooth with a radius of one pixel: a camera's noise changes from pixel to pixel, letters do not. @param {Grey} grey */
function smooth({ data, width, height }) {
  const KERNEL = [0.06, 0.24, 0.4, 0.24, 0.06];
  const pass = (/** @type {ArrayLike<number>} */ from, /** @type {number} */ step, /** @type {number} */ across) => {
    const made = new Float32Array(width * height);
    for (let at = 0; at < made.length; at += 1) {
      const place = step === 1 ? at % width : Math.floor(at / width);
      let sum = 0;
      for (let k = -2; k <= 2; k += 1) {
        const near = Math.min(across - 1, Math.max(0, place + k)) - place;
        sum += (KERNEL[k + 2] ?? 0) * (from[at + near * step] ?? 0);
      }
      made[at] = sum;
    }
    return made;
  };
  return { data: pass(pass(data, 1, width), width, height), width, height };
}

/** @param {{ data: Float32Array, width: number, height: number }} grey */
function tilesOf({ data, width, height }) {
  const tiles = [];
  for (let top = 0; top + TILE < height; top += TILE) {
    for (let left = 0; left + TILE < width; left += TILE) {
      let [low, high, step] = [255, 0, 0];
      for (let y = top; y < top + TILE; y += 1) {
        for (let at = y * width + left; at < y * width + left + TILE; at += 1) {
          const level = data[at] ?? 0;
          low = Math.min(low, level);
          high = Math.max(high, level);
          step = Math.max(step, Math.abs((data[at + 1] ?? 0) - level), Math.abs((data[at + width] ?? 0) - level));
        }
      }
      tiles.push({ range: high - low, step });
    }
  }
  return tiles;
}

/** Return what differs from its surroundings, dark on bright or bright on dark. @param {Grey} grey @returns {Grey} */
export function inkOf({ data, width, height }) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += data[y * width + x] ?? 0;
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] ?? 0) + row;
    }
  }
  const at = (/** @type {number} */ x, /** @type {number} */ y) => sums[y * (width + 1) + x] ?? 0;
  const ink = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(0, y - PAPER), Math.min(height, y + PAPER + 1)];
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(0, x - PAPER), Math.min(width, x + PAPER + 1)];
      const paper = (at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)) / ((right - left) * (bottom - top));
      ink[y * width + x] = Math.min(255, INK_GAIN * Math.abs((data[y * width + x] ?? 0) - paper));
    }
  }
  return { data: ink, width, height };
}

/** Return the tilt of the lines in degrees, clockwise positive; 90: they run up or down; null: there are none. @param {Grey} ink */
export function tiltOf(ink) {
  const { angle, peak } = best(ink, STEEPEST);
  if (best(quarter(ink), 10).peak > peak * QUARTER_TURN) return 90;
  const others = [];
  for (let other = -STEEPEST; other <= STEEPEST; other += 8) others.push(rowContrast(ink, other));
  others.sort((one, other) => one - other);
  return peak > (others[Math.floor(others.length / 2)] ?? 0) * LINES ? angle : null;
}

/** @type {(ink: Grey, steepest: number) => { angle: number, peak: number }} */
function best(ink, steepest) {
  let found = { angle: 0, peak: -1 };
  for (let angle = -steepest; angle <= steepest; angle += 1) {
    const peak = rowContrast(ink, angle);
    if (peak > found.peak) found = { angle, peak };
  }
  return found;
}

/** Return how much rows of letters and gaps differ when rows lean by an angle. @type {(ink: Grey, angle: number) => number} */
function rowContrast({ data, width, height }, angle) {
  const slope = Math.tan((angle * Math.PI) / 180);
  const rows = new Float64Array(height);
  for (let x = 0; x < width; x += 2) {
    const shift = Math.round((x - width / 2) * slope);
    const [from, to] = [Math.max(0, -shift), Math.min(height, height - shift)];
    for (let y = from; y < to; y += 1) rows[y] = (rows[y] ?? 0) + (data[(y + shift) * width + x] ?? 0);
  }
  let sum = 0;
  for (let y = 1; y < height; y += 1) sum += (((rows[y] ?? 0) - (rows[y - 1] ?? 0)) / width) ** 2;
  return sum;
}

/** @param {Grey} grey @returns {Grey} */
function quarter({ data, width, height }) {
  const made = new Uint8Array(data.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) made[(width - 1 - x) * height + y] = data[y * width + x] ?? 0;
  }
  return { data: made, width: height, height: width };
}

/** Return the sides, left and right, at which lines of letters run out of the picture. @param {Grey} ink */
export function cutSides(ink) {
  const strip = Math.max(2, Math.round(ink.width * EDGE_SHARE));
  const wide = Math.round(ink.width * 0.15);
  const sides = [
    { side: "left", edge: rowsOf(ink, 0, strip), inside: rowsOf(ink, strip, wide) },
    { side: "right", edge: rowsOf(ink, ink.width - strip, ink.width), inside: rowsOf(ink, ink.width - wide, ink.width - strip) },
  ];
  return sides.filter(({ edge, inside }) => alike(edge, inside)).map(({ side }) => side);
}

/** @type {(ink: Grey, from: number, to: number) => Float64Array} */
function rowsOf({ data, width, height }, from, to) {
  const rows = new Float64Array(height);
  for (let y = 0; y < height; y += 1) {
    let sum = 0;
    for (let x = from; x < to; x += 1) sum += data[y * width + x] ?? 0;
    rows[y] = sum / (to - from);
  }
  return rows;
}

/** Say whether there is as much ink at the edge as inside, in the same rows. @type {(edge: Float64Array, inside: Float64Array) => boolean} */
function alike(edge, inside) {
  const mean = (/** @type {Float64Array} */ rows) => rows.reduce((sum, row) => sum + row, 0) / rows.length;
  const [one, other] = [mean(edge), mean(inside)];
  let [both, left, right] = [0, 0, 0];
  edge.forEach((row, y) => {
    const [a, b] = [row - one, (inside[y] ?? 0) - other];
    both += a * b;
    left += a * a;
    right += b * b;
  });
  return one > other * 0.5 && other > 4 && both > 0.5 * Math.sqrt(left * right);
}
