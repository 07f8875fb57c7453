// The one suggestion to read photos on this device: where that is clearly sooner, or where there is no network. Taken or
// not, it does not come again.

import { at, maybe, need } from "../dom.js";
import { megabytes } from "../upload/shrink.js";
import { inWords } from "../words.js";
import { gain, pageMs, speedOf } from "./pace.js";

const DECLINED = "studylens-read-not-now";
const ASKING_MS = 4_000; // A server that takes longer is slow, but by how much nobody knows.
const MINUTE_FROM_S = 90; // As the server says durations.

/** What the page knows of its reader. @typedef {{ take: () => void, toFetch: () => Promise<number> }} Choice */

export class Offer {
  /** @type {HTMLElement} */
  #box;
  /** @type {Choice} */
  #choice;
  #asked = 0; // For so many photos, the last time.

  /** @param {HTMLElement} box @param {Choice} choice */
  constructor(box, choice) {
    [this.#box, this.#choice] = [box, choice];
    box.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (!button) return;
      this.pass();
      if (button.value === "1") choice.take();
    });
  }

  /** Look whether so many photos would better be read here; 0: there is nothing to suggest. @param {number} photos */
  async consider(photos) {
    if (photos === this.#asked) return;
    this.#asked = photos;
    this.#box.hidden = true;
    if (!photos || wasDeclined()) return;
    const words = await (navigator.onLine ? this.#sooner(photos) : this.#offline()).catch(() => null);
    if (!words || photos !== this.#asked) return; // Meanwhile there are more, or none.
    need(HTMLElement, "b", this.#box).textContent = words.title;
    need(HTMLElement, ".why", this.#box).textContent = words.why;
    this.#box.hidden = false;
  }

  /** It was answered, or the form is sent as it is: either way it does not come again. */
  pass() {
    if (!this.#box.hidden) decline();
    this.#box.hidden = true;
    this.#asked = 0; // What is still being found out comes too late.
  }

  /** @param {number} pages */
  async #sooner(pages) {
    const wait = await waitFor(pages);
    if (!gain({ pages, pageMs: 0, bytes: 0, mbit: 1 }, wait)) return null; // No device would be sooner.
    const bytes = await this.#choice.toFetch();
    if (bytes && Reflect.get(navigator, "connection")?.saveData) return null;
    const found = gain({ pages, pageMs: await pageMs(), bytes, mbit: speedOf() }, wait);
    if (!found) return null;
    const title = inWords("Read on this device: about %(here)s instead of about %(there)s", { here: lasting(found.here), there: lasting(found.there) });
    const size = megabytes(bytes);
    const why = bytes ? inWords("This server is slow now. The photo stays here. First %(size)s are fetched, once.", { size }) : inWords("This server is slow now. The photo stays here.");
    return { title, why };
  }

  /** Without a network nothing can be fetched: it is there, or there is nothing to suggest. */
  async #offline() {
    if (await this.#choice.toFetch()) return null;
    return {
      title: inWords("No network: read it on this device now?"),
      why: inWords("You can read the text at once; cards come with the next connection. The photo stays here."),
    };
  }
}

/** Return the note of a form, if it has one. @param {HTMLFormElement} form */
export const noteIn = (form) => maybe(HTMLElement, "#offer", form);

/** @type {(pages: number) => Promise<import("./pace.js").Wait>} */
async function waitFor(pages) {
  const answer = await fetch(at(`/reader/wait?photos=${pages}`), { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(ASKING_MS) });
  return answer.ok ? answer.json() : { photos: null, lines: null };
}

/** Return seconds as people say them; number and unit stay in one line. @param {number} seconds */
export function lasting(seconds) {
  const words = seconds >= MINUTE_FROM_S ? inWords("%(n)s min", { n: Math.round(seconds / 60) }) : inWords("%(n)s s", { n: Math.max(5, Math.round(seconds / 5) * 5) });
  return words.replace(" ", "\u00A0");
}

function decline() {
  try {
    localStorage.setItem(DECLINED, "1");
  } catch {
    // This browser keeps nothing: it may be suggested once more.
  }
}

function wasDeclined() {
  try {
    return localStorage.getItem(DECLINED) !== null;
  } catch {
    return false;
  }
}
