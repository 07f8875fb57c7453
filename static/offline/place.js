// Addresses of ours, also where the service stands under a prefix: a page says it itself, a worker is told it.

import { at } from "../dom.js";

let root = "";

/** Let this worker's addresses stand under a base, as `/` or `/study/`. @param {string} base */
export function standUnder(base) {
  root = base.replace(/\/$/, "");
}

/** Return the address of a page of ours. @type {(path: string) => string} */
export const address = (path) => (globalThis.document ? at(path) : root + path);
