// Reviewing: the answer is shown at once, keys work, time is measured, and nothing is sent twice.

import { around, maybe } from "../dom.js";
import { Stopwatch, pressedBy } from "./answering.js";

/** @param {string} selector */
const find = (selector) => maybe(HTMLElement, selector);
let watch = new Stopwatch(document.hidden);

const isRevealed = () => find("#review-rate")?.hidden === false;
const focusOnNext = () => find(isRevealed() ? "#review-rate .primary" : "#review-show")?.focus({ preventScroll: true });

function show() {
  const [back, rate, button] = ["#review-back", "#review-rate", "#review-show"].map(find);
  if (!back || !rate || !button || isRevealed()) return;
  back.hidden = rate.hidden = false;
  button.hidden = true;
  say("#announcer", find("#review-back p")?.textContent);
  focusOnNext();
}

/** @type {(selector: string, text?: string | null) => void} */
function say(selector, text = "") {
  const place = find(selector);
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
}

// After a card has taken the place of another, the focus would be nowhere.
function restart() {
  watch = new Stopwatch(document.hidden);
  if (!find("#review")?.contains(document.activeElement)) focusOnNext();
}

/** @param {string} selector */
function press(selector) {
  const button = find(`#review ${selector}`);
  if (!button || button.matches(":disabled")) return false;
  button.click();
  return true;
}

function openEditor() {
  show();
  const editor = maybe(HTMLDetailsElement, ".review-edit");
  if (!editor) return false;
  editor.open = true;
  editor.querySelector("textarea")?.focus();
  return true;
}

/** @param {string} key */
function act(key) {
  const selector = pressedBy(key, isRevealed());
  return selector ? press(selector) : key === "e" && openEditor();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  if (around(event, "input, textarea, select, [contenteditable]")) return;
  // A control that has the focus knows itself what the space bar means.
  if (event.key === " " && around(event, "button, summary, a:not(#review-show)")) return;
  if (act(event.key.toLowerCase())) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !around(event, "#review-show")) return;
  event.preventDefault();
  show();
});

document.addEventListener("submit", (event) => {
  const spent = around(event, "#review-rate")?.querySelector("input[name=ms]");
  if (spent instanceof HTMLInputElement) spent.value = String(watch.spent);
}, true);

document.addEventListener("visibilitychange", () => watch.turn(document.hidden));

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt.id !== "review") return;
  restart();
  window.scrollTo(0, 0);
});

document.addEventListener("htmx:sendError", () => {
  say("#review-trouble", "The server could not be reached. Nothing is lost: press the button again when you are back online.");
});

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if ([404, 410].includes(xhr.status)) window.location.assign("/review");
  else say("#review-trouble", "The server is busy. Nothing is lost: press the button again in a moment.");
});
