// The worker that reads photos: pixels in, boxes of text out. It is the only script that may compile a runtime.

import { openHelper, openNetworks } from "./networks.js";
import { readPage } from "./page.js";

const COLOURS = 4; // Of a canvas: red, green, blue, and how much of it shows.
const BANDS = 3;

/** @type {Promise<import("./page.js").Networks> | undefined} */
let networks;

/** Return a canvas's pixels without what they let through: the page has put them on white. @type {(pixels: { width: number, height: number, data: Uint8ClampedArray }) => import("./resample.js").Picture} */
export function plain({ width, height, data }) {
  const made = new Uint8ClampedArray(width * height * BANDS);
  for (let from = 0, to = 0; to < made.length; from += COLOURS, to += BANDS) {
    made[to] = data[from];
    made[to + 1] = data[from + 1];
    made[to + 2] = data[from + 2];
  }
  return { width, height, data: made };
}

/** @param {{ id: number, files: import("./shelf.js").Files, pixels: { width: number, height: number, data: Uint8ClampedArray } }} asked */
async function answer({ id, files, pixels }) {
  const say = (/** @type {object} */ told) => globalThis.postMessage({ id, ...told });
  let stage = "files";
  try {
    networks ??= openNetworks(files, (bytes) => say({ bytes }));
    const opened = await networks;
    stage = "worker";
    say({ page: await readPage(opened, plain(pixels), (done, all) => say({ done, all })) });
  } catch (error) {
    networks = undefined; // Nothing can be said of what is left of it.
    say({ stage, failed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
}

/** @type {Promise<import("./recognise.js").Recognizer>} */
let opened;
/** @type {Promise<void>} */
let before = Promise.resolve(); // One batch after the other: each sets the stretch.

/** Read lines for the worker that started this one. @param {{ batch: number, cuts: import("./helpers.js").Cut[], stretch: number }} asked */
async function help({ batch, cuts, stretch }) {
  try {
    const recognizer = await opened;
    recognizer.stretch = stretch;
    const said = [];
    for (const cut of cuts) said.push(await recognizer.readCut(cut));
    globalThis.postMessage({ batch, said });
  } catch (error) {
    globalThis.postMessage({ failed: String(error) });
  }
}

globalThis.addEventListener?.("message", ({ data }) => {
  if (data.opening) (opened = openHelper(data.opening)).catch((error) => globalThis.postMessage({ failed: String(error) }));
  else if (data.batch) before = before.then(() => help(data));
  else answer(data);
});
