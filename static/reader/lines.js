// All lines of a page, read by this worker and its helpers: each batch begins alike, so that no line depends on who reads it.

import { cutOut, isTall } from "./crops.js";

const BATCH = 3; // Lines at once: fewer would be asked for too often, more would keep all waiting for the last.
const AHEAD = 2; // Batches that a helper has: it goes on while this worker is in the middle of a line.

/** @typedef {import("./detect.js").Found} Found */
/** @typedef {import("./recognise.js").Said} Said */
/** What a page is read with. @typedef {{ recognizer: import("./recognise.js").Recognizer, helpers: import("./helpers.js").Helper[], picture: import("./resample.js").Picture }} Readers */

/** Return what these lines say; `known` of them are read already; `progress` is told after each. @type {(readers: Readers, found: Found[], how: { known?: Map<Found, Said>, progress: (done: number) => void }) => Promise<Said[]>} */
export async function readLines({ recognizer, helpers, picture }, found, { known = new Map(), progress }) {
  const said = new Map(known);
  const waiting = batchesOf(found.filter((one) => !said.has(one)));
  let stretch = recognizer.stretch;
  const keep = (/** @type {Found} */ one, /** @type {Said} */ what) => progress(said.set(one, what).size);
  const own = async (/** @type {Found[]} */ batch) => {
    recognizer.stretch = stretch;
    for (const one of batch) {
      keep(one, await recognizer.read(picture, one));
      if (helpers.length) await breath();
    }
  };
  const theirs = async (/** @type {import("./helpers.js").Helper} */ helper) => {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      const cuts = batch.map((one) => ({ cut: cutOut(picture, one), tall: isTall(one) }));
      const told = await helper.read(cuts, stretch).catch(() => null);
      if (!told) return void waiting.unshift(batch); // It is gone, and this worker reads its lines.
      for (const [n, one] of batch.entries()) keep(one, told[n]);
    }
  };
  progress(said.size);
  if (!said.size) await own(waiting.shift() ?? []); // How narrow the print is, is known from here on.
  stretch = recognizer.stretch;
  const others = Promise.all(Array.from({ length: AHEAD }, () => helpers.map(theirs)).flat());
  const rest = async () => { for (let batch = waiting.shift(); batch; batch = waiting.shift()) await own(batch); };
  await rest();
  await others;
  await rest();
  return found.map((one) => /** @type {Said} */ (said.get(one)));
}

/** @param {Found[]} found */
function batchesOf(found) {
  return Array.from({ length: Math.ceil(found.length / BATCH) }, (_, n) => found.slice(n * BATCH, (n + 1) * BATCH));
}

/** Let what has arrived from helpers be heard: the network itself never lets go of this worker. */
const breath = () => new Promise((done) => { setTimeout(done); });
