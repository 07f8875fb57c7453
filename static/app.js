// Every page: tell screen readers what a replaced part says, and keep opened details open.
"use strict";

const announcer = document.getElementById("announcer");
const opened = new Map();

function announce(part) {
  const said = part.querySelector("[data-announce]")?.dataset.announce.trim();
  if (said && announcer.textContent !== said) announcer.textContent = said;
}

// What scrolls sideways must be reachable by keyboard; Safari does not see to that itself.
function makeReachable(part) {
  for (const item of part.querySelectorAll("math[display=block], pre")) {
    if (item.scrollWidth > item.clientWidth) item.tabIndex = 0;
  }
}

makeReachable(document);

document.addEventListener("htmx:beforeSwap", (event) => {
  for (const item of event.detail.target.querySelectorAll("details[id]")) opened.set(item.id, item.open);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  for (const item of part.querySelectorAll("details[id]")) {
    if (opened.has(item.id)) item.open = opened.get(item.id);
  }
  announce(part);
});
