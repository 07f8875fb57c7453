// Reviewing: the answer is shown at once, keys work, time is measured, and nothing is sent twice.

import { around, at, every, maybe } from "../dom.js";
import { inWords } from "../words.js";
import { Stopwatch, pressedBy } from "./answering.js";
import { canHear, hear, hush } from "./hearing.js";
import { keysAreOn, turnKeys } from "./keys.js";
import { offerUndo, putBack } from "./swiping.js";
import { onlyComposes, stayAboveKeyboard } from "./typing.js";

const PARTS = "#main, #review-bar, #review-dock";
/** @param {string} selector */
const find = (selector) => maybe(HTMLElement, selector);
let watch = new Stopwatch(document.hidden);

const isRevealed = () => find("#review-rate")?.hidden === false;
const FIRST = ["[data-suggested]", "#review-given", "#card", "#main"];
const focusOnCard = () => FIRST.map(find).find((item) => item)?.focus({ preventScroll: true });

function show() {
  const [back, rate, button] = ["#review-back", "#review-rate", "#review-show"].map(find);
  if (!back || !rate || !button || isRevealed()) return;
  const wasOnButton = document.activeElement === button;
  back.hidden = rate.hidden = false;
  button.hidden = true;
  say("#announcer", find("#review-back .a")?.textContent);
  if (wasOnButton) find("#review-rate .primary")?.focus({ preventScroll: true });
}

/** @type {(selector: string, text?: string | null) => void} */
function say(selector, text = "") {
  const place = find(selector);
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
}

function tellKeys() {
  const [button, hint] = ['[data-act="keys"]', ".keys"].map(find);
  if (hint) hint.hidden = !keysAreOn();
  if (!button) return;
  button.setAttribute("aria-pressed", String(keysAreOn()));
  const state = button.querySelector("kbd");
  if (state) state.textContent = keysAreOn() ? inWords("on") : inWords("off");
}

// What needs a script is shown by one.
function equip() {
  const shown = every(HTMLElement, `[data-act="keys"]${canHear() ? ', [data-act="hear"]' : ""}`);
  for (const item of shown) (item.closest("li") ?? item).hidden = false;
  tellKeys();
}

/** @param {string} selector */
function press(selector) {
  const button = find(selector);
  if (!button || button.matches(":disabled") || !button.closest(PARTS)) return false;
  button.click();
  return true;
}

// Single keys act only while the focus is in the review, and not at all where the student has switched them off.
document.addEventListener("keydown", (event) => {
  // A key that is held must not answer the next card, and one that ends a word must not send it.
  const isHeld = event.key === "Enter" && event.repeat && around(event, "#review-rate, #review-type");
  if (isHeld || (onlyComposes(event) && around(event, "#review-given"))) event.preventDefault();
  const menu = maybe(HTMLDetailsElement, "#review-menu");
  if (event.key === "Escape" && menu?.open) menu.open = false;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  if (!keysAreOn() || !around(event, PARTS) || around(event, "input, textarea, select, [contenteditable]")) return;
  // A control that has the focus knows itself what space and Enter mean.
  if (event.key === " " && around(event, "button, summary, a:not(#review-show)")) return;
  const selector = pressedBy(event.key.toLowerCase(), isRevealed());
  if (selector && press(selector)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const menu = maybe(HTMLDetailsElement, "#review-menu");
  if (menu?.open && !around(event, "#review-menu")) menu.open = false;
  if (around(event, '[data-act="keys"]')) {
    turnKeys();
    tellKeys();
  }
  if (around(event, '[data-act="hear"]')) hear(isRevealed());
  if (!around(event, "#review-show")) return;
  event.preventDefault();
  show();
});

document.addEventListener("submit", (event) => {
  const spent = around(event, "#review-rate")?.querySelector("input[name=ms]");
  if (spent instanceof HTMLInputElement) spent.value = String(watch.spent);
}, true);

document.addEventListener("visibilitychange", () => watch.turn(document.hidden));

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt.id !== "main") return;
  // A card that was typed goes on: only its answer has come.
  if (!find("#card[data-checked]")) watch = new Stopwatch(document.hidden);
  hush();
  equip();
  offerUndo();
  focusOnCard();
  window.scrollTo(0, 0);
});

window.addEventListener("pagehide", hush);

document.addEventListener("htmx:sendError", async ({ detail: { elt, requestConfig } }) => {
  if (await keepAnswer(elt, requestConfig).catch(() => false)) return window.location.assign(window.location.pathname);
  putBack();
  say("#review-trouble", inWords("The server could not be reached. Nothing is lost: press the button again when you are back online."));
});

/** Keep an answer that the server did not hear of, with the key of its form; false where a page without a network could not go on. @type {(form: Element, sent: { parameters: Record<string, string> }) => Promise<boolean>} */
async function keepAnswer(form, { parameters: { rating, key = "", ms } }) {
  const uid = form instanceof HTMLElement ? form.dataset.uid : "";
  if (!uid || !rating || !navigator.serviceWorker?.controller) return false;
  const front = find("#card .q")?.textContent ?? "";
  const { addAnswer } = await import("../offline/queue.js");
  await addAnswer({ key, at: Date.now(), uid, rating: Number(rating), ms: Number(ms), front: front.slice(0, 120), isNew: false });
  await (await import("../offline/sign.js")).askToSend();
  return true;
}

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  putBack();
  if ([404, 410].includes(xhr.status)) window.location.assign(at("/review"));
  else say("#review-trouble", inWords("The server is busy. Nothing is lost: press the button again in a moment."));
});

equip();
stayAboveKeyboard();
if (document.activeElement === document.body && !find("[autofocus]")) focusOnCard();
