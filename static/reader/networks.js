// The networks, run by onnxruntime in this worker: each is opened when it is first needed.

import { HEIGHT_PX } from "./crops.js";
import { Recognizer } from "./recognise.js";
import { contentOf } from "./shelf.js";

const MOST_THREADS = 4; // More share the same memory, and warm the hand.

/** @typedef {import("./shelf.js").Files} Files */
/** @typedef {{ run: (feeds: object) => Promise<Record<string, { data: any }>>, inputNames: string[], outputNames: string[] }} Session */

/** Return the networks; `heard` is told each part of a file that arrives. Throws what loading the runtime throws. @type {(files: Files, heard: (bytes: number) => void) => Promise<import("./page.js").Networks>} */
export async function openNetworks({ files, script }, heard) {
  const ort = await import(script);
  ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1;
  ort.env.wasm.wasmBinary = await contentOf(files.ort, heard);
  const open = async (/** @type {string} */ name) => openSession(ort, await contentOf(files[name], heard));
  const detection = await open("detection");
  const characters = JSON.parse(new TextDecoder().decode(await contentOf(files.characters, heard)));
  const recognizer = async (/** @type {string} */ name) => new Recognizer(readerOf(ort, await open(name)), characters, name === "exact");
  const recognition = await recognizer("recognition");
  /** @type {Promise<Recognizer> | undefined} */
  let exact;
  const fail = (/** @type {unknown} */ error) => {
    exact = undefined; // It is asked for again with the next page.
    throw error;
  };
  return {
    detector: async (planes, width, height) => (await run(ort, detection, planes, [1, 3, height, width]))[detection.outputNames[0]].data,
    recognizer: async () => recognition,
    exact: () => (exact ??= recognizer("exact").catch(fail)),
  };
}

/** @type {(ort: any, content: ArrayBuffer) => Promise<Session>} */
function openSession(ort, content) {
  // Without an arena the memory of one line is used again for the next, and none is kept in case.
  return ort.InferenceSession.create(new Uint8Array(content), { executionProviders: ["wasm"], enableCpuMemArena: false });
}

/** @type {(ort: any, session: Session, planes: Float32Array, dims: number[]) => Promise<Record<string, { data: any }>>} */
function run(ort, session, planes, dims) {
  return session.run({ [session.inputNames[0]]: new ort.Tensor("float32", planes, dims) });
}

/** @type {(ort: any, session: Session) => import("./recognise.js").Reader} */
function readerOf(ort, session) {
  return async (planes, width) => {
    const { best, score } = await run(ort, session, planes, [1, 3, HEIGHT_PX, width]);
    return { best: Array.from(best.data), scores: Array.from(score.data) };
  };
}
