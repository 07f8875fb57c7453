// A deck with hidden labels: the pictures that only this browser has go along, and none of them stays on the server.

import { need, post } from "../dom.js";
import { find } from "../packs/pictures.js";
import { draw, turnedBy } from "../upload/shrink.js";
import { inWords } from "../words.js";

/** @typedef {{ page: number, sha256: string, turned: number }} Wanted */

const LONGEST = 800; // Pixels: as of a copy that the server keeps.
const QUALITY = 0.85;
const MOST = 10; // Pictures that one request may carry.
const KEPT_MS = 60_000; // Some browsers begin to save only after the click has ended.
const place = need(HTMLElement, "[data-brought]");
/** @type {Wanted[]} */
const wanted = JSON.parse(place.dataset.brought ?? "[]");
const rows = /** @type {HTMLElement} */ (place.parentElement);
for (const link of rows.querySelectorAll("a")) if (link.pathname.endsWith("/cards.apkg")) link.addEventListener("click", take);

/** @type {(one: Wanted) => Promise<Blob | null>} */
async function pictureOf({ sha256, turned }) {
  const kept = await find(sha256);
  if (!kept) return null;
  const picture = await createImageBitmap((await turnedBy(kept, turned)).blob);
  const canvas = draw(picture, LONGEST);
  picture.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

/** @param {Response} answer */
function keep(answer) {
  const name = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "pack.apkg";
  return answer.blob().then((blob) => {
    const address = URL.createObjectURL(blob);
    Object.assign(document.createElement("a"), { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
  });
}

/** @param {MouseEvent} event */
async function take(event) {
  event.preventDefault();
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  const body = new FormData();
  for (const one of wanted.slice(0, MOST)) {
    const blob = await pictureOf(one).catch(() => null); // Not kept here, or damaged: the others go along.
    if (blob) body.append(`page-${one.page}`, blob, `page-${one.page}.jpg`);
  }
  const isSaved = await send(link.href, body).catch(() => false); // The line may also break while the file comes.
  const told = need(HTMLElement, ".small", link);
  told.textContent = isSaved ? lacking([...body.keys()].length) : inWords("That did not work. Please try again.");
}

/** @type {(address: string, body: FormData) => Promise<boolean>} */
async function send(address, body) {
  const answer = await post(address, body, { Accept: "application/json" });
  if (answer.ok) await keep(answer);
  return answer.ok;
}

/** @param {number} brought */
function lacking(brought) {
  return brought < wanted.length
    ? inWords("Saved, without the labels whose picture is not in this browser.")
    : inWords("Saved, with the pictures of its hidden labels.");
}
