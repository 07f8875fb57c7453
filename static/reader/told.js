// What is sent of a photo that was read on this device: its boxes, and by what the photo is known again.

import { fingerprint } from "../packs/pictures.js";

/** Return what an analysis takes as `lines`; `place` is the page's among the others, from 1. @type {(page: import("./page.js").DevicePage, file: File, place: number) => Promise<string>} */
export async function toldOf(page, file, place) {
  const sha256 = (await fingerprint(file).catch(() => null)) ?? "";
  return JSON.stringify({ ...page, name: file.name, sha256, place });
}
