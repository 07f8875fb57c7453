// Swiping a card on a screen that is touched: it follows the finger, its word is read on it, and the button
// of that word is pressed. The buttons do the same without it.

import { around, maybe } from "../dom.js";
import { inWords } from "../words.js";
import { Swipe } from "./swipe.js";

const EDGE_PX = 20; // There a finger goes back to the last page.
const OWN_TOUCH = "a, button, input, textarea, select, summary, [contenteditable]";
const BUTTONS = { right: "#review-rate .primary", left: "#review-rate .no" };
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

/** @type {Swipe | null} */
let swipe = null;
let word = ""; // Of the button that the last swipe pressed; empty when its card is away.

const card = () => maybe(HTMLElement, "#card[data-swipe]");
const hasSelection = () => window.getSelection()?.isCollapsed === false;

/** @param {PointerEvent} event */
function mayBegin(event) {
  const place = event.target instanceof Element ? event.target : null;
  const found = card();
  if (!found || !place || !found.contains(place) || event.pointerType === "mouse" || !event.isPrimary) return false;
  if (event.clientX < EDGE_PX || event.clientX > window.innerWidth - EDGE_PX || hasSelection()) return false;
  return maybe(HTMLElement, "#review-rate")?.hidden === false && !around(event, OWN_TOUCH) && !scrolls(place, found);
}

/** Whether something wide scrolls there, such as a long formula. @param {Element} place @param {Element} end */
function scrolls(place, end) {
  for (let item = place; item !== end && item.parentElement; item = item.parentElement) {
    if (item.scrollWidth > item.clientWidth + 1 && getComputedStyle(item).overflowX !== "visible") return true;
  }
  return false;
}

function draw() {
  const found = card();
  if (!found || !swipe) return;
  const side = swipe.dx > 0 ? "right" : "left";
  const button = maybe(HTMLElement, BUTTONS[side]);
  let label = maybe(HTMLElement, ".swiped", found);
  if (!label) {
    label = document.createElement("b");
    label.setAttribute("aria-hidden", "true");
    found.append(label);
  }
  label.className = `swiped ${side}${swipe.share === 1 ? " sure" : ""}`;
  label.textContent = button?.querySelector("span")?.textContent ?? "";
  label.style.opacity = String(Math.min(1, 0.25 + swipe.share));
  if (!still.matches) found.style.transform = `translateX(${swipe.dx}px) rotate(${swipe.dx / 40}deg)`;
}

/** Let the card stand where the style sheet says. Asked for first, else Chromium leaves an empty attribute behind. */
function stand() {
  const found = card();
  if (found?.hasAttribute("style")) found.removeAttribute("style");
}

/** Put the card back to its place: nothing was answered. */
export function putBack() {
  swipe = null;
  word = "";
  const found = card();
  if (!found) return;
  stand();
  found.querySelector(".swiped")?.remove();
}

/** @param {PointerEvent} event */
function leave(event) {
  const side = swipe?.verdict(event.timeStamp);
  const button = side ? maybe(HTMLButtonElement, BUTTONS[side]) : null;
  if (!side || !button || button.disabled || hasSelection()) {
    putBack();
    return;
  }
  swipe = null;
  word = button.querySelector("span")?.textContent ?? "";
  const found = card();
  if (found && !still.matches) found.style.transform = `translateX(${side === "right" ? 120 : -120}%)`;
  button.click();
}

/** Offer the way back where the thumb is; called when the next card is there. */
export function offerUndo() {
  const [dock, undo] = [maybe(HTMLElement, "#review-dock"), maybe(HTMLElement, '[data-act="undo"]')];
  if (word && dock && undo) {
    const toast = document.createElement("p");
    toast.className = "toast";
    const [told, back] = [document.createElement("span"), document.createElement("button")];
    told.textContent = word;
    back.className = "btn";
    back.type = "button";
    back.textContent = inWords("Take back");
    back.addEventListener("click", () => undo.click());
    toast.append(told, back);
    dock.prepend(toast);
  }
  word = "";
}

document.addEventListener("pointerdown", (event) => {
  if (swipe) {
    putBack(); // A second finger: somebody zooms.
    return;
  }
  if (!mayBegin(event)) return;
  swipe = new Swipe(event.clientX, event.clientY, event.timeStamp, card()?.offsetWidth ?? 0);
});
document.addEventListener("pointermove", (event) => {
  if (!swipe || !event.isPrimary) return;
  swipe.move(event.clientX, event.clientY, event.timeStamp);
  if (hasSelection()) putBack();
  else if (swipe.isSideways) draw();
});
document.addEventListener("pointerup", (event) => {
  if (swipe && event.isPrimary) leave(event);
});
// htmx would copy the style to the next card as an attribute, which the content policy forbids.
document.addEventListener("htmx:beforeSwap", stand);
document.addEventListener("pointercancel", () => {
  if (swipe) putBack();
});
