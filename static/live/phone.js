// A phone in a live quiz: asks what is to be seen, and sends each answer until it is counted, once. Without this
// script the page loads itself again, and its buttons send the form.

import { every, maybe, need, post } from "../dom.js";
import { counted, inWords } from "../words.js";
import { Answers, pauseMs, stretched } from "./pace.js";

const BACK_MS = 4000; // Phones that find their network together come one after another.
const form = need(HTMLFormElement, "#answer");
const seen = need(HTMLElement, "#seen");
const told = need(HTMLElement, "#told");
const { state = "", mine = "", player = "", given = "" } = form.dataset;
const KEY = `studylens-live-${player}`; // Of this coming in alone: numbers of rows are given out again.
const JSON_TYPE = { Accept: "application/json" };
const answers = new Answers(kept(), pairs(given));

let pace = Number(form.dataset.every);
let step = Number(form.dataset.step);
let tag = "";
let stretch = 1;
let failures = 0;
let isOver = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

function kept() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // A browser that keeps nothing: the answer waits in this page alone.
  }
}

function keep() {
  try {
    sessionStorage.setItem(KEY, answers.text());
  } catch {
    // As above.
  }
}

/** @param {string} text @returns {[number, number][]} */
function pairs(text) {
  return text.split(" ").filter(Boolean).map((pair) => {
    const [place = "", choice = ""] = pair.split(":");
    return [Number(place), Number(choice)];
  });
}

/** @param {string} words */
function tell(words) {
  told.hidden = !words;
  if (told.textContent !== words) told.textContent = words;
}

/** Mark what this phone chose, in what the whole class is shown. */
function markMine() {
  const place = Number(maybe(HTMLInputElement, "[name=place]", seen)?.value ?? -1);
  const own = answers.all.get(place);
  const isShown = maybe(HTMLElement, ".right", seen) !== null;
  for (const option of every(HTMLButtonElement, "[name=choice]", seen)) {
    const isOwn = own !== undefined && Number(option.value) === own.choice;
    option.classList.toggle("mine", isOwn);
    option.disabled = isShown || own !== undefined;
    need(HTMLElement, ".own", option).hidden = !isOwn;
  }
  if (own?.state === "late") tell(inWords("Your answer came too late: the right one was shown already."));
  else if (own?.state === "waits") tell(inWords("Your answer waits for the network. Keep this page open."));
  else tell("");
}

/** @param {{ step: number, every: number, phase: string, html: string }} scene */
async function show(scene) {
  pace = scene.every;
  if (scene.step !== step) {
    step = scene.step;
    seen.innerHTML = scene.html; // Made by our server from what it escaped.
    seen.querySelector("h1")?.setAttribute("tabindex", "-1");
    seen.querySelector("h1")?.focus();
  }
  markMine();
  if (scene.phase === "result") await showMine();
}

async function showMine() {
  const line = need(HTMLElement, "#mine", seen);
  if (!line.hidden) return;
  await new Promise((done) => setTimeout(done, BACK_MS * Math.random()));
  const answer = await fetch(mine, { headers: JSON_TYPE });
  if (!answer.ok) return;
  const { right, of } = await answer.json();
  line.textContent = counted("You had %(num)s of %(of)s right.", "You had %(num)s of %(of)s right.", right, { of });
  line.hidden = false;
}

/** Send what waits, one answer after another; what does not get through waits on. */
async function sendWaiting() {
  for (let waiting = answers.waiting(); waiting; waiting = answers.waiting()) {
    const [place, { choice }] = waiting;
    const body = new URLSearchParams({ place: String(place), choice: String(choice) });
    const answer = await post(form.action, body, JSON_TYPE);
    if (answer.status === 403) return window.location.reload(); // Taken out, or a cookie that is gone.
    if (answer.status === 404) return end();
    if (answer.status >= 500 || answer.status === 429) throw new Error(`status ${answer.status}`);
    answers.settle(place, answer.ok ? (await answer.json()).choice : null);
    keep();
    markMine();
  }
}

async function ask() {
  const answer = await fetch(state, { headers: tag ? { ...JSON_TYPE, "If-None-Match": tag } : JSON_TYPE });
  if (answer.status === 404) return end();
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  tag = answer.headers.get("ETag") ?? "";
  await show(await answer.json());
}

function end() {
  isOver = true;
  for (const option of every(HTMLButtonElement, "[name=choice]", seen)) option.disabled = true;
  tell(inWords("This quiz has ended. You can close this page."));
}

async function look() {
  clearTimeout(timer);
  const began = performance.now();
  try {
    await ask();
    if (!isOver) await sendWaiting();
    if (failures && !isOver) markMine(); // In place of what was said of the network.
    failures = 0;
    stretch = stretched(stretch, performance.now() - began);
  } catch {
    failures += 1;
    if (failures > 1) tell(inWords("No connection. Your answers wait here; keep this page open."));
  }
  soon(pauseMs(pace, stretch, failures));
}

/** @param {number} milliseconds */
function soon(milliseconds) {
  clearTimeout(timer);
  if (isOver) return;
  timer = setTimeout(look, milliseconds);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const pressed = event.submitter;
  if (!(pressed instanceof HTMLButtonElement)) return;
  const place = Number(need(HTMLInputElement, "[name=place]", seen).value);
  if (!answers.choose(place, Number(pressed.value))) return;
  keep();
  markMine();
  tell("");
  sendWaiting().catch(() => markMine());
});
window.addEventListener("online", () => soon(BACK_MS * Math.random()));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) soon(BACK_MS * Math.random());
});

markMine();
soon(pauseMs(pace, 1, 0));
