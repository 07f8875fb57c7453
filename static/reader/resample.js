// Pictures made smaller or larger, as Pillow does it (Resample.c): what is read here must be what the server reads.

/** Pixels row by row, red, green and blue. @typedef {{ width: number, height: number, data: Uint8Array | Uint8ClampedArray }} Picture */
/** @typedef {{ reach: number, weigh: (x: number) => number }} Filter */

/** @type {Filter} */
export const BILINEAR = { reach: 1, weigh: (x) => Math.max(0, 1 - Math.abs(x)) };
/** @type {Filter} */
export const BICUBIC = { reach: 2, weigh: cubic };
const BANDS = 3;

/** @param {number} x */
function cubic(x) {
  const a = -0.5; // Pillow's, for resizing.
  const far = Math.abs(x);
  if (far < 1) return ((a + 2) * far - (a + 3)) * far * far + 1;
  return far < 2 ? (((far - 5) * far + 8) * far - 4) * a : 0;
}

/** Return the picture with this size: first across, then down, rounded between. @type {(picture: Picture, width: number, height: number, filter: Filter) => Picture} */
export function resize(picture, width, height, filter) {
  const across = picture.width === width ? picture : resizeAcross(picture, width, filter);
  return across.height === height ? across : resizeDown(across, height, filter);
}

/**
 * Return for each pixel of the result where its weights begin, and the weights, `most` a pixel.
 * @type {(from: number, to: number, filter: Filter) => { first: Int32Array, count: Int32Array, weights: Float64Array, most: number }}
 */
function weightsOf(from, to, { reach, weigh }) {
  const scale = from / to;
  const stretch = Math.max(1, scale); // Made smaller, each pixel looks at more.
  const wide = reach * stretch;
  const most = Math.ceil(wide) * 2 + 1;
  const [first, count, weights] = [new Int32Array(to), new Int32Array(to), new Float64Array(to * most)];
  for (let n = 0; n < to; n++) {
    const centre = (n + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - wide + 0.5));
    const end = Math.min(from, Math.trunc(centre + wide + 0.5));
    let sum = 0;
    for (let x = begin; x < end; x++) sum += weights[n * most + x - begin] = weigh((x - centre + 0.5) / stretch);
    for (let k = 0; k < end - begin; k++) weights[n * most + k] /= sum || 1;
    [first[n], count[n]] = [begin, end - begin];
  }
  return { first, count, weights, most };
}

/** @type {(picture: Picture, width: number, filter: Filter) => Picture} */
function resizeAcross({ width: from, height, data }, width, filter) {
  const { first, count, weights, most } = weightsOf(from, width, filter);
  const made = new Uint8ClampedArray(width * height * BANDS);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += BANDS) {
      let [red, green, blue] = [0, 0, 0];
      let source = (y * from + first[x]) * BANDS;
      for (let k = x * most, end = k + count[x]; k < end; k++, source += BANDS) {
        const weight = weights[k];
        red += weight * data[source];
        green += weight * data[source + 1];
        blue += weight * data[source + 2];
      }
      made[at] = red; // A clamped array rounds, and cuts to 0-255.
      made[at + 1] = green;
      made[at + 2] = blue;
    }
  }
  return { width, height, data: made };
}

/** @type {(picture: Picture, height: number, filter: Filter) => Picture} */
function resizeDown({ width, height: from, data }, height, filter) {
  const { first, count, weights, most } = weightsOf(from, height, filter);
  const row = width * BANDS;
  const made = new Uint8ClampedArray(row * height);
  const sums = new Float64Array(row);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let k = 0; k < count[y]; k++) {
      const [weight, source] = [weights[y * most + k], (first[y] + k) * row];
      for (let x = 0; x < row; x++) sums[x] += weight * data[source + x];
    }
    made.set(sums, y * row);
  }
  return { width, height, data: made };
}

/** Return the picture turned by 0, 90, 180 or 270 degrees clockwise. @type {(picture: Picture, degrees: number) => Picture} */
export function turnedClockwise(picture, degrees) {
  if (!degrees) return picture;
  const { width, height, data } = picture;
  const [wide, high] = degrees === 180 ? [width, height] : [height, width];
  const made = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [toX, toY] = degrees === 90 ? [height - 1 - y, x] : degrees === 180 ? [width - 1 - x, height - 1 - y] : [y, width - 1 - x];
      const [from, to] = [(y * width + x) * BANDS, (toY * wide + toX) * BANDS];
      made[to] = data[from];
      made[to + 1] = data[from + 1];
      made[to + 2] = data[from + 2];
    }
  }
  return { width: wide, height: high, data: made };
}

/** Return a part of the picture from its left edge on. @type {(picture: Picture, left: number, width: number) => Picture} */
export function columns({ width: from, height, data }, left, width) {
  const wide = Math.max(0, Math.min(width, from - left));
  const made = new Uint8ClampedArray(wide * height * BANDS);
  for (let y = 0; y < height; y++) {
    const begin = (y * from + left) * BANDS;
    made.set(data.subarray(begin, begin + wide * BANDS), y * wide * BANDS);
  }
  return { width: wide, height, data: made };
}

/** Return the grey levels of a picture, as Pillow's mode L has them. @param {Picture} picture */
export function greyOf({ width, height, data }) {
  const grey = new Uint8Array(width * height);
  for (let n = 0, at = 0; n < grey.length; n++, at += BANDS) {
    grey[n] = (data[at] * 19595 + data[at + 1] * 38470 + data[at + 2] * 7471 + 0x8000) >> 16;
  }
  return { width, height, grey };
}
