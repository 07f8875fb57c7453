// What is connected in a picture of ink, and the shapes around it: parts, outlines, hulls, the smallest rectangle.

/** Each pixel ink (1) or not, row by row. @typedef {{ width: number, height: number, ink: Uint8Array }} Ink */
/** A part of the ink: its number in `labels`, the box around it, its first pixel in reading order. @typedef {{ label: number, left: number, top: number, right: number, bottom: number, start: number }} Part */
/** A rectangle that may lie askew: `along` is the direction of its width. @typedef {{ x: number, y: number, width: number, height: number, along: Point }} Rectangle */

/** Return the parts of the ink, in reading order, and the label of each pixel (0: paper). Corners touch. @type {(ink: Ink) => { labels: Int32Array, parts: Part[] }} */
export function partsOf({ width, height, ink }) {
  const labels = new Int32Array(width * height);
  const stack = new Int32Array(width * height);
  /** @type {Part[]} */
  const parts = [];
  for (let start = 0; start < ink.length; start++) {
    if (!ink[start] || labels[start]) continue;
    const label = parts.length + 1;
    const part = { label, left: width, top: height, right: 0, bottom: 0, start };
    let waiting = 0;
    stack[waiting++] = start;
    labels[start] = label;
    while (waiting) {
      const at = stack[--waiting];
      const [x, y] = [at % width, (at / width) | 0];
      if (x < part.left) part.left = x;
      if (x > part.right) part.right = x;
      if (y < part.top) part.top = y;
      if (y > part.bottom) part.bottom = y;
      for (let row = Math.max(0, y - 1), lastRow = Math.min(height - 1, y + 1); row <= lastRow; row++) {
        for (let column = Math.max(0, x - 1), last = Math.min(width - 1, x + 1); column <= last; column++) {
          const next = row * width + column;
          if (!ink[next] || labels[next]) continue;
          labels[next] = label;
          stack[waiting++] = next;
        }
      }
    }
    parts.push(part);
  }
  return { labels, parts };
}

const AROUND = [[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]]; // Clockwise from the right.

/** Return the outer border of a part, pixel by pixel (Suzuki and Abe 1985). @type {(labels: Int32Array, width: number, height: number, part: Part) => Point[]} */
export function outlineOf(labels, width, height, { label, start }) {
  const is = (/** @type {number} */ x, /** @type {number} */ y) => x >= 0 && y >= 0 && x < width && y < height && labels[y * width + x] === label;
  const first = { x: start % width, y: Math.floor(start / width) };
  const border = [first];
  let at = first;
  let from = 4; // The first pixel has nothing on its left.
  let firstWay = -1;
  for (;;) {
    const way = nextWay(at, from, is);
    if (way < 0) return border; // A single pixel.
    if (at.x === first.x && at.y === first.y && way === firstWay) break;
    if (firstWay < 0) firstWay = way;
    at = { x: at.x + AROUND[way][0], y: at.y + AROUND[way][1] };
    border.push(at);
    from = (way + (way % 2 ? 5 : 6)) % 8; // The paper that was looked at last.
  }
  border.pop(); // The first pixel, once more.
  return border;
}

/** @type {(at: Point, from: number, is: (x: number, y: number) => boolean) => number} */
function nextWay({ x, y }, from, is) {
  for (let n = 0; n < 8; n++) {
    const way = (from + n) % 8;
    if (is(x + AROUND[way][0], y + AROUND[way][1])) return way;
  }
  return -1;
}

/** Return the area inside an outline through the middles of its pixels. @param {Point[]} outline */
export function areaOf(outline) {
  let doubled = 0;
  for (let n = 0; n < outline.length; n++) {
    const [one, next] = [outline[n], outline[(n + 1) % outline.length]];
    doubled += one.x * next.y - next.x * one.y;
  }
  return Math.abs(doubled) / 2;
}

/** Return the convex hull (Andrew's monotone chain). @param {Point[]} points */
function hullOf(points) {
  const sorted = [...points].sort((one, other) => one.x - other.x || one.y - other.y);
  if (sorted.length < 3) return sorted;
  const half = (/** @type {Point[]} */ all) => {
    /** @type {Point[]} */
    const kept = [];
    for (const point of all) {
      while (kept.length > 1 && turn(kept[kept.length - 2], kept[kept.length - 1], point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/** @type {(one: Point, two: Point, three: Point) => number} */
const turn = (one, two, three) => (two.x - one.x) * (three.y - one.y) - (two.y - one.y) * (three.x - one.x);

/** Return the rectangle of the smallest area around the points: one of its sides lies on their hull. @type {(points: Point[]) => Rectangle} */
export function smallestRectangle(points) {
  const hull = hullOf(points);
  let best = null;
  let least = Infinity;
  for (let n = 0; n < hull.length; n++) {
    const [one, next] = [hull[n], hull[(n + 1) % hull.length]];
    const length = Math.hypot(next.x - one.x, next.y - one.y);
    if (!length) continue;
    const found = around(hull, { x: (next.x - one.x) / length, y: (next.y - one.y) / length });
    if (found.width * found.height < least) [best, least] = [found, found.width * found.height];
  }
  return best ?? around(hull, { x: 1, y: 0 });
}

/** @type {(points: Point[], along: Point) => Rectangle} */
function around(points, along) {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points) {
    const [across, down] = [x * along.x + y * along.y, y * along.x - x * along.y];
    [left, right, top, bottom] = [Math.min(left, across), Math.max(right, across), Math.min(top, down), Math.max(bottom, down)];
  }
  const [across, down] = [(left + right) / 2, (top + bottom) / 2];
  return { x: across * along.x - down * along.y, y: across * along.y + down * along.x, width: right - left, height: bottom - top, along };
}

/** Return a rectangle's corners, one after the other. @param {Rectangle} rectangle @returns {Point[]} */
export function cornersOf({ x, y, width, height, along }) {
  return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([right, down]) => {
    const [across, below] = [(right * width) / 2, (down * height) / 2];
    return { x: x + across * along.x - below * along.y, y: y + across * along.y + below * along.x };
  });
}
