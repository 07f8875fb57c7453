// Words that are selected in a line of the transcript become the gap of a card.

import { maybe, need } from "../dom.js";
import { selectedIn } from "./selected.js";

const bar = need(HTMLFormElement, "#gap-bar");
/** @param {string} name */
const field = (name) => need(HTMLInputElement, `[name=${name}]`, bar);

function follow() {
  // The bar's own button takes the focus, and in some browsers the selection: it stays until another one.
  if (bar.contains(document.activeElement)) return;
  const found = selectedIn(document.getSelection());
  const link = found && maybe(HTMLAnchorElement, "a.card-maker", found.line);
  bar.hidden = !link;
  if (!found || !link) return;
  bar.action = link.href;
  field("first").value = String(found.first);
  field("marked").value = found.words;
  need(HTMLElement, "[data-words]", bar).textContent = `“${found.words}”`;
}

document.addEventListener("selectionchange", follow);
bar.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") bar.hidden = true;
});
