// How long this device needs for a page. Nothing of it is ever sent: the server tells its own wait, and the two are
// compared here.

const PAGE_GAUGES = 660; // A page of 30 lines took so many times the processor time of the small benchmark (docs/reading.md).
const KEPT = "studylens-read-pace"; // Milliseconds of a page, once one was read here.
const NEWEST = 0.5; // The share of the page that was read last: light and heavy pages, a phone that saves its battery.
const GAUGE_MS = 10_000; // A worker that does not come up by then says enough.
const MBIT = 5; // What a line brings a second, where the browser does not say: a slow mobile network.
const CLEARLY = 2; // Either estimate may be half wrong, so the device must be twice as fast.
const WORTH_S = 20; // Less is not worth a question.

/** What the server says of its wait, in seconds to the cards; null: not known yet. @typedef {{ photos: number | null, lines: number | null }} Wait */
/** What this device would do: pages to read, ms for each, bytes to fetch before, and Mbit a second. @typedef {{ pages: number, pageMs: number, bytes: number, mbit: number }} Work */

/** Return the seconds to the cards, `here` when this device reads and `there` when the server does; null: not clearly sooner. @type {(work: Work, wait: Wait) => { here: number, there: number } | null} */
export function gain({ pages, pageMs, bytes, mbit }, { photos, lines }) {
  if (photos === null || lines === null) return null;
  const here = (pages * pageMs) / 1000 + (bytes * 8) / (mbit * 1e6) + lines;
  return photos >= CLEARLY * here && photos - here >= WORTH_S ? { here, there: photos } : null;
}

/** Return how many Mbit a second this device's network brings. @type {(line?: { downlink?: number }) => number} */
export const speedOf = (line = Reflect.get(globalThis.navigator, "connection")) => line?.downlink || MBIT;

/** Return how many ms a page takes here: as the last ones did, or by a short benchmark. @type {(measure?: () => Promise<number>) => Promise<number>} */
export async function pageMs(measure = gauged) {
  return known() || PAGE_GAUGES * (await measure());
}

/** Remember how long a page took, in this browser alone. @param {number} ms */
export function keepPace(ms) {
  const before = known() || ms;
  try {
    localStorage.setItem(KEPT, String(Math.round(NEWEST * ms + (1 - NEWEST) * before)));
  } catch {
    // This browser keeps nothing: the benchmark runs again.
  }
}

function known() {
  try {
    return Number(localStorage.getItem(KEPT)) || 0;
  } catch {
    return 0;
  }
}

/** Return what the benchmark took, in ms; without end: it could not be run. @returns {Promise<number>} */
function gauged() {
  const worker = new Worker(new URL("./gauge.js", import.meta.url), { type: "module" });
  return new Promise((done) => {
    const end = (/** @type {number} */ ms) => {
      clearTimeout(late);
      worker.terminate();
      done(ms);
    };
    const late = setTimeout(() => end(Infinity), GAUGE_MS);
    worker.addEventListener("message", ({ data }) => end(data));
    worker.addEventListener("error", () => end(Infinity));
    worker.postMessage("begin");
  });
}
