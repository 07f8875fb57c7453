// Is it the same slide, built up further or cut closer? Told by its lines: where words and gaps follow each other.

/** @typedef {import("./measure.js").Grey} Grey */

const BINS = 64; // Of a line's length, in which ink is added up.
const ALIKE = 0.7; // Correlation of two lines that are the same.
const LENGTH = 1.25; // How much longer, in heights, one of them may be.
const LEAST_LINES = 3;
const SHARE = 0.5; // Of the lines of the shorter page that must be on the other, in the same order.
const LEAST_HEIGHT = 3; // Pixels: less is a rule or a speck.
const LEAST_SHAPE = 6; // Length by height: less is a word, or a picture.
const REACH = 0.012; // Of the width: over this distance, either way, ink is added up, so that gaps between words are closed.
const DENSE = 45; // Mean level of ink there, from which it is the middle of letters: tails and rules have less.

/** A line as a profile of ink, its mean taken off; `shape`: length by height. @typedef {{ profile: Float64Array, shape: number, y: number, x: number }} Line */
/** A run of pixels in one row that belong to one line. @typedef {{ y: number, from: number, to: number, line: number }} Run */

/** Return the lines of a page from its ink, from top to bottom; columns give lines of their own. @param {Grey} ink @returns {Line[]} */
export function linesOf(ink) {
  const runs = runsOf(ink);
  /** @type {Map<number, Run[]>} */
  const found = new Map();
  for (const run of joined(runs)) found.set(run.line, [...(found.get(run.line) ?? []), run]);
  return [...found.values()]
    .map((parts) => lineOf(ink, parts))
    .filter(({ shape }) => shape > LEAST_SHAPE)
    .sort((one, other) => one.y - other.y || one.x - other.x);
}

/** Return where each row is dense enough to be the middle of letters, over the gaps between words. @param {Grey} ink @returns {Run[]} */
function runsOf({ data, width, height }) {
  const runs = [];
  const reach = Math.round(width * REACH);
  for (let y = 0; y < height; y += 1) {
    let [sum, from] = [0, -1];
    for (let x = -reach; x <= width; x += 1) {
      sum += x + reach < width ? (data[y * width + x + reach] ?? 0) : 0;
      sum -= x - reach - 1 >= 0 ? (data[y * width + x - reach - 1] ?? 0) : 0;
      const dense = x >= 0 && x < width && sum > DENSE * (2 * reach + 1);
      if (dense && from < 0) from = x;
      if (dense || from < 0) continue;
      runs.push({ y, from, to: x, line: runs.length });
      from = -1;
    }
  }
  return runs;
}

/** Give runs that touch from row to row one line. @param {Run[]} runs */
function joined(runs) {
  const root = (/** @type {number} */ n) => {
    let at = n;
    while ((runs[at]?.line ?? at) !== at) at = runs[at]?.line ?? at;
    return at;
  };
  let above = 0;
  runs.forEach((run, n) => {
    while ((runs[above]?.y ?? 0) < run.y - 1) above += 1;
    for (let at = above; at < n; at += 1) {
      const other = runs[at];
      if (!other || other.y >= run.y || other.from >= run.to) break;
      if (other.to <= run.from) continue;
      const [one, two] = [root(at), root(n)].sort((a, b) => a - b);
      const later = runs[two ?? n];
      if (later) later.line = one ?? two ?? n;
    }
  });
  return runs.map((run, n) => ({ ...run, line: root(n) }));
}

/** @type {(ink: Grey, runs: Run[]) => Line} */
function lineOf({ data, width }, runs) {
  const [from, to] = [Math.min(...runs.map((run) => run.from)), Math.max(...runs.map((run) => run.to))];
  const [top, bottom] = [runs[0]?.y ?? 0, runs.at(-1)?.y ?? 0];
  const profile = new Float64Array(BINS);
  let area = 0;
  for (const run of runs) {
    area += run.to - run.from;
    for (let x = run.from; x < run.to; x += 1) {
      const bin = Math.min(BINS - 1, Math.floor(((x - from) * BINS) / (to - from)));
      profile[bin] = (profile[bin] ?? 0) + (data[run.y * width + x] ?? 0);
    }
  }
  const mean = profile.reduce((sum, ink) => sum + ink, 0) / BINS;
  const thick = area / (to - from);
  return { profile: profile.map((ink) => ink - mean), shape: thick >= LEAST_HEIGHT ? (to - from) / thick : 0, y: (top + bottom) / 2, x: from };
}

/** Say whether one page's lines are on the other, in the same order. @type {(one: Line[], other: Line[]) => boolean} */
export function isSamePage(one, other) {
  const fewer = Math.min(one.length, other.length);
  const shared = sharedLines(one, other);
  return shared >= LEAST_LINES && shared >= SHARE * fewer;
}

/** Return the length of the longest common sequence of lines. @type {(one: Line[], other: Line[]) => number} */
export function sharedLines(one, other) {
  let before = new Uint16Array(other.length + 1);
  for (const line of one) {
    const now = new Uint16Array(other.length + 1);
    other.forEach((twin, n) => {
      now[n + 1] = isSameLine(line, twin) ? (before[n] ?? 0) + 1 : Math.max(before[n + 1] ?? 0, now[n] ?? 0);
    });
    before = now;
  }
  return before[other.length] ?? 0;
}

/** @type {(one: Line, other: Line) => boolean} */
function isSameLine(one, other) {
  const ratio = one.shape / other.shape;
  if (ratio > LENGTH || ratio < 1 / LENGTH) return false;
  let [both, left, right] = [0, 0, 0];
  one.profile.forEach((a, n) => {
    const b = other.profile[n] ?? 0;
    both += a * b;
    left += a * a;
    right += b * b;
  });
  return both > ALIKE * Math.sqrt(left * right);
}
