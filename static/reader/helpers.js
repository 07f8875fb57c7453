// More workers that read lines beside this one. Each has a runtime of its own: memory is shared by isolated pages alone.

const MOST_HELPERS = 1; // A tab took 289-392 MB with one and 407-483 with two, and should not take more than 400.
const CORES_EACH = 2; // The page and the rest of the phone go on beside them.
const LEAST_GB = 4; // As browsers tell it: 8 at most.

/** A line cut out of the picture, and whether it may run up or down. @typedef {{ cut: import("./resample.js").Picture, tall: boolean }} Cut */
/** What a helper opens: the runtime's script and code, the network that reads, and what that can write. @typedef {{ script: string, wasm: ArrayBuffer, network: ArrayBuffer, characters: string[] }} Opening */
/** Reads lines that begin with a stretch (recognise.js). @typedef {{ read: (cuts: Cut[], stretch: number) => Promise<import("./recognise.js").Said[]> }} Helper */

/** Return how many helpers a device has room for. @param {{ hardwareConcurrency?: number, deviceMemory?: number }} [device] */
export function countOf({ hardwareConcurrency = 1, deviceMemory = LEAST_GB } = /** @type {object} */ (globalThis.navigator)) {
  return deviceMemory < LEAST_GB || !globalThis.Worker ? 0 : Math.min(MOST_HELPERS, Math.floor(hardwareConcurrency / CORES_EACH));
}

/** Return a helper; it opens its network while others look for text. @type {(opening: Opening, worker?: Worker) => Helper} */
export function startHelper(opening, worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" })) {
  /** @type {Map<number, { done: (said: import("./recognise.js").Said[]) => void, failed: (why: unknown) => void }>} */
  const waiting = new Map();
  /** @type {unknown} */
  let lost;
  const lose = (/** @type {unknown} */ why) => {
    lost = why;
    worker.terminate();
    for (const { failed } of waiting.values()) failed(why);
  };
  worker.addEventListener("message", ({ data: { batch, said, failed } }) => {
    if (failed) return lose(failed);
    waiting.get(batch)?.done(said);
    waiting.delete(batch);
  });
  for (const name of ["error", "messageerror"]) worker.addEventListener(name, lose);
  worker.postMessage({ opening });
  let asked = 0;
  const read = (/** @type {Cut[]} */ cuts, /** @type {number} */ stretch) => new Promise((done, failed) => {
    if (lost) return failed(lost);
    waiting.set((asked += 1), { done, failed });
    worker.postMessage({ batch: asked, cuts, stretch });
  });
  return { read: /** @type {Helper["read"]} */ (read) };
}
