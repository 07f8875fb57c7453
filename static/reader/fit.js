// A polynomial through points, by weighted least squares.

/** Coefficients from the constant on. @typedef {number[]} Curve */

/** Return the curve of this degree through the points; `weights`: how often each counts. @type {(xs: number[], ys: number[], degree: number, weights?: number[]) => Curve} */
export function fit(xs, ys, degree, weights) {
  const [low, high] = [Math.min(...ends(xs)), Math.max(...ends(xs))];
  const [centre, span] = [(low + high) / 2, (high - low) / 2 || 1]; // Around 0, since powers of 1,000 cancel badly.
  const terms = degree + 1;
  const rows = Array.from({ length: terms }, () => new Array(terms + 1).fill(0));
  for (let n = 0; n < xs.length; n++) {
    const weight = weights?.[n] ?? 1;
    const powers = [1];
    for (let k = 1; k < terms; k++) powers.push((powers[k - 1] * (xs[n] - centre)) / span);
    for (let row = 0; row < terms; row++) {
      for (let column = 0; column < terms; column++) rows[row][column] += weight * powers[row] * powers[column];
      rows[row][terms] += weight * powers[row] * ys[n];
    }
  }
  return moved(solved(rows), centre, span);
}

/** @param {number[]} xs */
const ends = (xs) => [xs[0], xs[xs.length - 1]];

/** Solve by elimination; what cannot be told stays 0. @param {number[][]} rows */
function solved(rows) {
  const count = rows.length;
  for (let n = 0; n < count; n++) {
    const best = rows.slice(n).reduce((most, row, k) => (Math.abs(row[n]) > Math.abs(rows[most][n]) ? n + k : most), n);
    [rows[n], rows[best]] = [rows[best], rows[n]];
    if (Math.abs(rows[n][n]) < 1e-12) continue;
    for (let other = 0; other < count; other++) {
      if (other === n) continue;
      const share = rows[other][n] / rows[n][n];
      for (let column = n; column <= count; column++) rows[other][column] -= share * rows[n][column];
    }
  }
  return rows.map((row, n) => (Math.abs(row[n]) < 1e-12 ? 0 : row[count] / row[n]));
}

/** Return the curve in x of one in (x - centre) / span. @type {(curve: Curve, centre: number, span: number) => Curve} */
function moved(curve, centre, span) {
  let made = [0];
  for (const coefficient of [...curve].reverse()) {
    // Horner's rule, on curves: made * (x - centre) / span + coefficient.
    const next = new Array(made.length + 1).fill(0);
    for (const [n, value] of made.entries()) {
      next[n + 1] += value / span;
      next[n] -= (value * centre) / span;
    }
    next[0] += coefficient;
    made = next;
  }
  return made.slice(0, curve.length);
}

/** @type {(curve: Curve, x: number) => number} */
export function valueAt(curve, x) {
  return curve.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
