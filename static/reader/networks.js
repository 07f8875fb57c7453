// The networks, run by onnxruntime in this worker: each is opened when it is first needed.

import { HEIGHT_PX } from "./crops.js";
import { countOf, startHelper } from "./helpers.js";
import { Recognizer } from "./recognise.js";
import { contentOf } from "./shelf.js";

/** @typedef {import("./shelf.js").Files} Files */
/** @typedef {{ run: (feeds: object) => Promise<Record<string, { data: any }>>, inputNames: string[], outputNames: string[] }} Session */

/** Return the networks; `heard` is told each part of a file that arrives. Throws what loading the runtime throws. @type {(files: Files, heard: (bytes: number) => void) => Promise<import("./page.js").Networks>} */
export async function openNetworks({ files, script }, heard) {
  const content = (/** @type {string} */ name) => contentOf(files[name], heard);
  const wasm = await content("ort");
  const ort = await runtimeOf(script, wasm);
  const detection = await openSession(ort, await content("detection"));
  const characters = JSON.parse(new TextDecoder().decode(await content("characters")));
  const network = await content("recognition");
  const recognition = await openRecognizer(ort, network, characters);
  const helpers = Array.from({ length: countOf() }, () => startHelper({ script, wasm, network, characters }));
  /** @type {Promise<Recognizer> | undefined} */
  let exact;
  const fail = (/** @type {unknown} */ error) => {
    exact = undefined; // It is asked for again with the next page.
    throw error;
  };
  const openExact = async () => openRecognizer(ort, await content("exact"), characters, true);
  return {
    detector: async (planes, width, height) => (await run(ort, detection, planes, [1, 3, height, width]))[detection.outputNames[0]].data,
    recognizer: async () => recognition,
    exact: () => (exact ??= openExact().catch(fail)),
    helpers,
  };
}

/** Return what a helper reads with. @type {(opening: import("./helpers.js").Opening) => Promise<Recognizer>} */
export async function openHelper({ script, wasm, network, characters }) {
  return openRecognizer(await runtimeOf(script, wasm), network, characters);
}

/** @type {(script: string, wasm: ArrayBuffer) => Promise<any>} */
async function runtimeOf(script, wasm) {
  const ort = await import(script);
  ort.env.wasm.numThreads = 1; // Threads want an isolated page; helpers do not.
  ort.env.wasm.wasmBinary = wasm;
  return ort;
}

/** @type {(ort: any, content: ArrayBuffer, characters: string[], isExact?: boolean) => Promise<Recognizer>} */
async function openRecognizer(ort, content, characters, isExact = false) {
  return new Recognizer(readerOf(ort, await openSession(ort, content)), characters, isExact);
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
