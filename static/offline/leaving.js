// Before this device is signed out: what waits is sent, or named as lost; then this browser gives up what it took along.

import { every, maybe } from "../dom.js";
import { counted, inWords } from "../words.js";
import { giveUpAll } from "./caches.js";
import { countOf, waiting } from "./queue.js";

const PATIENCE_MS = 15_000;

/** Send what waits and return what is left: all of it is lost with this browser's memory. @returns {Promise<string>} */
async function whatIsLost() {
  try {
    if (!(await waiting()).length) return "";
    const { sendAll } = await import("./send.js");
    await Promise.race([sendAll(), new Promise((done) => setTimeout(done, PATIENCE_MS))]).catch(() => {});
    return lossIn(await waiting());
  } catch {
    return ""; // A browser that keeps nothing has nothing to lose.
  }
}

/** @param {Waiting[]} entries */
export function lossIn(entries) {
  const mine = { answers: 0, photos: 0, refused: 0, foreign: 0 };
  for (const owner of new Set(entries.map((entry) => entry.owner))) {
    const { answers, photos, refused } = countOf(entries.filter((entry) => entry.owner === owner), owner);
    mine.answers += answers;
    mine.photos += photos + refused;
  }
  const lost = [];
  if (mine.answers) lost.push(counted("%(num)s answer was not sent and would be lost.", "%(num)s answers were not sent and would be lost.", mine.answers));
  if (mine.photos) lost.push(counted("%(num)s page was not sent and would be lost.", "%(num)s pages were not sent and would be lost.", mine.photos));
  return lost.join(" ");
}

/** @type {(form: HTMLFormElement, sentence: string) => void} */
function warn(form, sentence) {
  const note = maybe(HTMLElement, "[data-loss]", form) ?? document.createElement("p");
  note.dataset.loss = "";
  note.className = "note bad";
  note.setAttribute("role", "alert");
  note.textContent = `${sentence} ${inWords("Press the button again to sign out all the same.")}`;
  form.prepend(note);
}

for (const form of every(HTMLFormElement, "form[data-leaving]")) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.leaving === "ready") return;
    event.preventDefault();
    const lost = form.dataset.leaving === "warned" ? "" : await whatIsLost();
    if (lost) {
      form.dataset.leaving = "warned";
      warn(form, lost);
      return;
    }
    form.dataset.leaving = "ready";
    await giveUpAll().catch(() => {});
    form.requestSubmit(event.submitter instanceof HTMLButtonElement ? event.submitter : null);
  });
}
