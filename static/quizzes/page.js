// A quiz by keyboard: Enter checks or goes on from wherever the focus is; 1-9 choose an option while the focus is in the quiz,
// and not at all where the student has switched single keys off.

import { around, maybe } from "../dom.js";
import { keysAreOn } from "../reviews/keys.js";

const question = maybe(HTMLFormElement, "form#question");
const next = maybe(HTMLElement, "#next");

/** @param {string} digit */
function choose(digit) {
  const option = maybe(HTMLInputElement, `#option-${digit}`);
  if (!option) return false;
  option.checked = true;
  option.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (around(event, "input[type=text], textarea, select")) return;
  const isHere = keysAreOn() && around(event, "#main, #quiz-dock");
  if (isHere && /^[1-9]$/.test(event.key) && choose(event.key)) event.preventDefault();
  if (event.key === "Enter" && !around(event, "a, button, summary, [type=radio]")) {
    event.preventDefault();
    if (question) question.requestSubmit();
    else next?.click();
  }
});

const hint = maybe(HTMLElement, ".keys:has(kbd + kbd)");
if (hint) hint.hidden = !keysAreOn();
// So that the question is read first, and the keys act; what is docked stays where it is.
const first = maybe(HTMLElement, "#answer") ?? maybe(HTMLElement, "#main");
if (document.activeElement === document.body) first?.focus({ preventScroll: true });
