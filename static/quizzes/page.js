// A quiz by keyboard: 1-9 choose an option, Enter checks it from wherever the focus is.

import { around, maybe } from "../dom.js";

const question = maybe(HTMLFormElement, "form#question");

/** @param {string} digit */
function choose(digit) {
  const option = maybe(HTMLInputElement, `#option-${digit}`);
  if (!option) return false;
  option.checked = true;
  option.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!question || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (around(event, "input[type=text], textarea, select")) return;
  if (/^[1-9]$/.test(event.key) && choose(event.key)) event.preventDefault();
  if (event.key === "Enter" && !around(event, "a, button, summary, [type=radio]")) {
    event.preventDefault();
    question.requestSubmit();
  }
});
