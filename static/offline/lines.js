// What this device read on photos that wait, put in an order in which it can be read. The server puts it in its own
// order later, with more care: tables, insets, bent pages.

const SURE = 0.88; // As the reader itself has it: less is worth a look.
const LEAST = 0.5; // Less is a scribble or a speck, and is not shown by the server either.
const INK = 0.2; // A box is about a fifth higher than its line at each end.
const WORDS = 4; // Of a line of running text.
const GUTTER = 0.6; // Of a line's height: narrower is a gap between words.

/** A line of such a page: its place `n` in what is sent, the edges of its box as shares of the page. @typedef {{ n: number, text: string, isSure: boolean, left: number, top: number, right: number, bottom: number }} ReadLine */
/** A page: `at` is its place among the form's pages, `told` is what is sent of it. @typedef {{ at: number, name: string, told: any, lines: ReadLine[] }} ReadPage */

/** Return what was read on the pages of a form. @type {(fields: [string, string][]) => ReadPage[]} */
export function pagesIn(fields) {
  const sent = fields.flatMap(([name, value]) => (name === "lines" ? [JSON.parse(value)] : []));
  return sent.map((told, at) => ({ at, name: told.name, told, lines: inOrder(shownOf(told), told) }));
}

/** Return the fields with one line as the student has corrected it: a person is sure. @type {(fields: [string, string][], page: number, line: number, text: string) => [string, string][]} */
export function corrected(fields, page, line, text) {
  let at = -1;
  return fields.map(([name, value]) => {
    if (name === "lines") at += 1;
    if (name !== "lines" || at !== page) return [name, value];
    const told = JSON.parse(value);
    told.lines[line] = { ...told.lines[line], text, score: 1 };
    return [name, JSON.stringify(told)];
  });
}

/** Return a form with its pages' text in the place of its photos, each where its photo stood. @type {(entry: WaitingPhotos, told: string[]) => WaitingPhotos} */
export function asRead(entry, told) {
  const taken = new Set(entry.fields.flatMap(([name, value]) => (name === "lines" ? [JSON.parse(value).place] : [])));
  const free = Array.from({ length: told.length + taken.size }, (_, place) => place + 1).filter((place) => !taken.has(place));
  const lines = told.map((page, n) => /** @type {[string, string]} */ (["lines", JSON.stringify({ ...JSON.parse(page), place: free[n] })]));
  return { ...entry, held: 0, files: [], fields: [...entry.fields, ...lines] };
}

/** @type {(told: any) => ReadLine[]} */
function shownOf({ lines }) {
  return lines.flatMap((/** @type {{ text: string, score: number, box: number[][] }} */ { text, score, box }, /** @type {number} */ n) => {
    if (!text.trim() || score < LEAST) return [];
    const [xs, ys] = [box.map(([x]) => x), box.map(([, y]) => y)];
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    const ink = INK * (bottom - top);
    return [{ n, text, isSure: score >= SURE, left: Math.min(...xs), right: Math.max(...xs), top: top + ink, bottom: bottom - ink }];
  });
}

/** Cut between columns of running text and between bands of the page, again inside each part. @type {(lines: ReadLine[], page: { width: number, height: number, vertical?: boolean }) => ReadLine[]} */
function inOrder(lines, { width, height, vertical }) {
  if (vertical) return [...lines].sort((one, other) => other.right - one.right);
  const heights = lines.map(({ top, bottom }) => bottom - top).sort((one, other) => one - other);
  const gutter = (GUTTER * (heights[Math.trunc(heights.length / 2)] ?? 0) * height) / width;
  return cut(lines, gutter);
}

/** @type {(lines: ReadLine[], gutter: number) => ReadLine[]} */
function cut(lines, gutter) {
  const columns = columnsOf(lines, gutter);
  if (columns.length > 1) return columns.flatMap((part) => cut(part, gutter));
  const bands = bandsOf(lines, gutter);
  if (bands.length > 1) return bands.flatMap((part) => cut(part, gutter));
  return [...lines].sort((one, other) => one.left - other.left);
}

/** Return columns that are each running text; cells of a table are not, and are read row by row. @type {(lines: ReadLine[], gutter: number) => ReadLine[][]} */
function columnsOf(lines, gutter) {
  const found = parts(lines, "left", "right", gutter);
  return found.every(isText) ? found : [lines];
}

/** @param {ReadLine[]} lines */
function isText(lines) {
  const long = lines.filter(({ text }) => text.split(/\s+/u).length >= WORDS || /[\u3040-\u9fff]{8}/u.test(text));
  return 2 * long.length >= lines.length;
}

/** Return the bands of a page; those that have the same columns stay together, so that columns are read one after another. @type {(lines: ReadLine[], gutter: number) => ReadLine[][]} */
function bandsOf(lines, gutter) {
  /** @type {ReadLine[][]} */
  const found = [];
  for (const band of parts(lines, "top", "bottom", 0)) {
    const before = found.at(-1) ?? [];
    const had = columnsOf(before, gutter).length;
    if (had > 1 && columnsOf([...before, ...band], gutter).length >= had) before.push(...band);
    else found.push(band);
  }
  return found;
}

/** Return the lines in groups with nothing across the gaps between them. @type {(lines: ReadLine[], from: "left" | "top", to: "right" | "bottom", least: number) => ReadLine[][]} */
function parts(lines, from, to, least) {
  /** @type {ReadLine[][]} */
  const found = [];
  let end = -Infinity;
  for (const line of [...lines].sort((one, other) => one[from] - other[from])) {
    if (line[from] - end > least || !found.length) found.push([]);
    found.at(-1)?.push(line);
    end = Math.max(end, line[to]);
  }
  return found;
}
