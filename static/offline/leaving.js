// Before this device is signed out: what waits is sent, or named as lost; then this browser gives up what it took along.

import { every, maybe } from "../dom.js";
import { inWords } from "../words.js";
import { giveUpAll } from "./caches.js";
import { waiting } from "./queue.js";
import { lossIn } from "./saying.js";

const PATIENCE_MS = 15_000;

/** Send what waits and return what is left: all of it is lost with this browser's memory. @returns {Promise<string>} */
async function whatIsLost() {
  try {
    if (!(await waiting()).length) return "";
    const sent = import("./send.js").then(({ sendAll }) => sendAll()); // Without a network it may not even be there.
    await Promise.race([sent, new Promise((done) => setTimeout(done, PATIENCE_MS))]).catch(() => {});
    return lossIn(await waiting());
  } catch {
    return ""; // A browser that keeps nothing has nothing to lose.
  }
}

/** @type {(form: HTMLFormElement, sentence: string) => void} */
function warn(form, sentence) {
  const note = maybe(HTMLElement, "[data-loss]", form) ?? document.createElement("p");
  note.dataset.loss = "";
  note.className = "note bad";
  note.setAttribute("role", "alert");
  note.textContent = [sentence, inWords("Press the button again to sign out all the same.")].join(" ");
  form.prepend(note);
}

for (const form of every(HTMLFormElement, "form[data-leaving]")) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.leaving === "ready") return;
    event.preventDefault();
    const lost = await whatIsLost();
    if (lost && form.dataset.leaving !== "warned") {
      form.dataset.leaving = "warned";
      warn(form, lost);
      return;
    }
    form.dataset.leaving = "ready";
    await giveUpAll().catch(() => {});
    form.requestSubmit(event.submitter instanceof HTMLButtonElement ? event.submitter : null);
  });
}
