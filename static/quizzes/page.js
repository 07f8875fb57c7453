// A quiz by keyboard: 1-6 choose an option, Enter checks it from wherever the focus is.
"use strict";

const question = document.querySelector("form#question");

function isTyping(target) {
  return target.matches("input[type=text], textarea, select");
}

function choose(digit) {
  const option = document.getElementById(`option-${digit}`);
  if (!option) return false;
  option.checked = true;
  option.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!question || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (isTyping(event.target)) return;
  if (/^[1-9]$/.test(event.key) && choose(event.key)) event.preventDefault();
  if (event.key === "Enter" && !event.target.closest("a, button, summary, [type=radio]")) {
    event.preventDefault();
    question.requestSubmit();
  }
});
