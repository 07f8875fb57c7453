// Parts of the photo: answers and marked lines, cut from the student's own picture, which this browser keeps.

import { every, maybe, need } from "../dom.js";
import { turnedBy } from "../upload/shrink.js";
import { NotKept, find } from "./pictures.js";
import { boxFrom, inPixels, viewOf } from "./places.js";

/** @type {Map<string, Promise<{ href: string, width: number, height: number } | undefined>>} */
const seen = new Map(); // By fingerprint and turn: many parts of one picture are cut from it once.

/** @type {(sha256: string, turned: number) => Promise<{ href: string, width: number, height: number } | undefined>} */
async function open(sha256, turned) {
  const kept = await find(sha256).catch((error) => {
    if (!(error instanceof NotKept)) throw error;
  });
  if (!kept) return undefined; // The copy on the server, or the text as read, is there.
  const { blob, width, height } = await turnedBy(kept, turned);
  return { href: URL.createObjectURL(blob), width, height };
}

/** @param {HTMLElement} part */
async function look(part) {
  const { sha256 = "", turned = 0, snip = "", mark = "" } = part.dataset;
  delete part.dataset.snip; // Once is enough.
  const name = `${sha256} ${turned}`;
  if (!seen.has(name)) seen.set(name, open(sha256, Number(turned)));
  const picture = await seen.get(name);
  if (!picture) return;
  const image = need(SVGImageElement, "image", part);
  for (const side of /** @type {const} */ (["href", "width", "height"])) image.setAttribute(side, String(picture[side]));
  const marker = maybe(SVGRectElement, "rect", part);
  if (marker && mark) {
    for (const [side, px] of Object.entries(inPixels(boxFrom(mark), picture))) marker.setAttribute(side, String(px));
  }
  const view = need(SVGSVGElement, "svg", part);
  view.setAttribute("viewBox", viewOf(boxFrom(snip), picture));
  view.removeAttribute("hidden");
}

/** Find the picture of each part that has none yet. */
export const lookAtAll = () => every(HTMLElement, "[data-snip]").forEach(look);
lookAtAll();
document.addEventListener("htmx:afterSettle", lookAtAll);
