// The picture that something is cut out of: the one that this browser keeps, else the server's copy.

import { need } from "../dom.js";
import { NotKept, find } from "../packs/pictures.js";
import { turnedBy } from "../upload/shrink.js";

/** Return the browser's picture as its pack shows it, or null. @param {HTMLElement} place */
export async function keptFor(place) {
  try {
    const kept = await find(place.dataset.sha256 ?? "");
    return kept ? (await turnedBy(kept, Number(place.dataset.turned ?? 0))).blob : null;
  } catch (error) {
    if (error instanceof NotKept) return null;
    throw error;
  }
}

/** Give the form this picture to send. @type {(form: HTMLFormElement, blob: Blob) => void} */
export function hand(form, blob) {
  const files = new DataTransfer();
  files.items.add(new File([blob], "page.jpg", { type: blob.type }));
  need(HTMLInputElement, "input[type=file]", form).files = files.files;
}
