// Every page: tell screen readers what a replaced part says, and keep opened details open.

import { REFUSED, formToken, renewToken } from "./dom.js";

const announcer = document.getElementById("announcer");
/** @type {Map<string, boolean>} */
const opened = new Map();

/** @param {Element} part */
function announce(part) {
  const said = part.querySelector("[data-announce]")?.getAttribute("data-announce")?.trim();
  if (said && announcer && announcer.textContent !== said) announcer.textContent = said;
}

// What scrolls sideways must be reachable by keyboard; Safari does not see to that itself.
for (const item of document.querySelectorAll("math[display=block], pre")) {
  if (item.scrollWidth > item.clientWidth) item.setAttribute("tabindex", "0");
}

// A page that was kept while another tab became known here gets this device's token anew, for its forms.
window.addEventListener("pageshow", ({ persisted }) => persisted && renewToken());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renewToken());

// What was typed or chosen is sent once more when the page was older than this device's cookie; a newcomer gets one
// with an answer, and the other forms of the page its token.
document.addEventListener("htmx:afterRequest", async ({ detail: { elt, xhr, requestConfig } }) => {
  if (requestConfig.verb === "get" || (formToken() && xhr.status !== REFUSED)) return;
  if (!(await renewToken()) || xhr.status !== REFUSED) return;
  if (elt instanceof HTMLFormElement) elt.requestSubmit(requestConfig.triggeringEvent?.submitter);
  else if (elt instanceof HTMLElement) elt.click();
});

// A link to something folded opens its fold.
function unfold() {
  const target = document.getElementById(window.location.hash.slice(1))?.closest("details");
  if (target) target.open = true;
}
unfold();
window.addEventListener("hashchange", unfold);

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  for (const item of detail.target.querySelectorAll("details")) opened.set(item.id, item.open);
});

document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  for (const item of elt.querySelectorAll("details")) {
    if (item.id) item.open = opened.get(item.id) ?? item.open;
  }
  announce(elt);
});
