// Waiting for a page: what stands here stays while the server is away, and says so.

import { maybe } from "../dom.js";
import { inWords } from "../words.js";

const AWAY = inWords("The server does not answer at the moment. This page goes on by itself as soon as it is back.");
const LOST = inWords("We lost your photo while the server restarted. Please send it again.");

/** @param {string} sentence */
function say(sentence) {
  const place = maybe(HTMLElement, "#lost");
  if (!place || place.textContent === sentence) return;
  place.textContent = sentence;
  place.hidden = !sentence;
}

document.addEventListener("htmx:sendError", () => say(AWAY));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => say(xhr.status === 404 ? LOST : AWAY));
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt.id === "progress") say("");
});
