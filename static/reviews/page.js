// Reviewing: the answer is shown at once, keys work, time is measured, and nothing is sent twice.
const LONGEST_MS = 600_000;
let began = performance.now();
let away = 0; // Milliseconds in which the page was hidden: nobody thinks about a card there.
let hiddenSince = document.hidden ? began : null;

const find = (id) => document.getElementById(id);
const isRevealed = () => find("review-rate") && !find("review-rate").hidden;

function show() {
  const back = find("review-back");
  if (!back || isRevealed()) return;
  back.hidden = false;
  find("review-rate").hidden = false;
  find("review-show").hidden = true;
  find("announcer").textContent = back.querySelector("p").textContent;
  find("review-rate").querySelector(".primary").focus({ preventScroll: true });
}

// After a card has taken the place of another, the focus would be nowhere.
function restart() {
  began = performance.now();
  away = 0;
  hiddenSince = document.hidden ? began : null;
  if (find("review").contains(document.activeElement)) return;
  const first = isRevealed() ? find("review-rate").querySelector(".primary") : find("review-show");
  if (first) first.focus({ preventScroll: true });
}

function press(selector) {
  const found = document.querySelector(`#review ${selector}`);
  if (!found || found.disabled) return false;
  found.click();
  return true;
}

function openEditor() {
  show();
  const editor = document.querySelector(".review-edit");
  if (!editor) return false;
  editor.open = true;
  editor.querySelector("textarea").focus();
  return true;
}

function act(key) {
  if (key === " ") return isRevealed() ? press("#review-rate .primary") : press("#review-show");
  if (/^[1-4]$/.test(key)) return isRevealed() && press(`[data-key="${key}"]`);
  if (key === "u") return press('[data-act="undo"]');
  if (key === "s") return press('[data-act="suspend"]');
  return key === "e" && openEditor();
}

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  if (target.closest("input, textarea, select, [contenteditable]")) return;
  // A control that has the focus knows itself what the space bar means.
  if (event.key === " " && target.closest("button, summary")) return;
  if (event.key === " " && target.closest("a") && target.id !== "review-show") return;
  if (act(event.key.toLowerCase())) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("#review-show") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show();
});

document.addEventListener("submit", (event) => {
  if (event.target.id !== "review-rate") return;
  const hidden = away + (hiddenSince === null ? 0 : performance.now() - hiddenSince);
  const spent = Math.round(performance.now() - began - hidden);
  event.target.elements.ms.value = Math.min(Math.max(spent, 0), LONGEST_MS);
}, true);

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    hiddenSince = performance.now();
  } else if (hiddenSince !== null) {
    away += performance.now() - hiddenSince;
    hiddenSince = null;
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "review") return;
  restart();
  window.scrollTo({ top: 0 });
});

function explain(text) {
  const trouble = find("review-trouble");
  if (!trouble) return;
  trouble.textContent = text;
  trouble.hidden = false;
}

document.addEventListener("htmx:sendError", () => {
  explain("The server could not be reached. Nothing is lost: press the button again when you are back online.");
});

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 404 || status === 410) window.location.assign("/review");
  else explain("The server is busy. Nothing is lost: press the button again in a moment.");
});
