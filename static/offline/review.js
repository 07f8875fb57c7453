// A review without a network: the cards that were taken along, one after another. Each answer is kept with an id and
// its time, and sent later; when a card comes back, the server says then. Forgotten cards come once more at the end.

import { around, every, maybe, need } from "../dom.js";
import { Stopwatch, pressedBy } from "../reviews/answering.js";
import { keysAreOn } from "../reviews/keys.js";
import { lookAtAll } from "../packs/snips.js";
import { counted, inWords } from "../words.js";
import { leftToday, session } from "./choose.js";
import { addAnswer, newKey, takeBack, waiting } from "./queue.js";
import { askToSend, settle } from "./sign.js";
import { FACES, NoStore, allCards, inStores, takenAlong } from "./store.js";

const AGAIN = 1;
const face = need(HTMLElement, "#card");
const dock = need(HTMLElement, "#review-dock");
const showing = need(HTMLButtonElement, "#review-show");
const rate = need(HTMLElement, "#review-rate");
const undo = need(HTMLButtonElement, "#undo");
const trouble = need(HTMLElement, "#review-trouble");
const announcer = need(HTMLElement, "#announcer");
const pack = /[/]packs[/]([0-9a-f]{32})[/]review$/.exec(window.location.pathname)?.[1] ?? new URLSearchParams(window.location.search).get("pack") ?? undefined;

/** @type {Card[]} */
let queue = [];
/** @type {Set<string>} */
const repeated = new Set(); // Cards that came once more already.
let done = 0;
let watch = new Stopwatch(document.hidden);
/** @type {{ n: number, card: Card, wasAgain: boolean } | null} */
let last = null;

async function begin() {
  const [taken, cards, entries] = await Promise.all([takenAlong(), allCards(), waiting()]);
  if (taken) {
    const answered = entries.flatMap((entry) => (entry.kind === "answer" ? [entry] : []));
    queue = session(cards, leftToday(taken, answered, Date.now()), Date.now(), pack);
    rate.replaceChildren(...taken.buttons.map(button));
    rate.classList.toggle("four", taken.buttons.length > 2);
  }
  await next();
}

/** @type {(offered: Button, place: number) => HTMLButtonElement} */
function button({ rating, word }, place) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `btn ${["", "no", "hard", "primary", "easy"][rating] ?? ""}`;
  made.value = String(rating);
  made.dataset.key = String(place + 1);
  const text = document.createElement("span");
  text.textContent = word;
  made.append(text);
  return made;
}

/** Return the first card of the queue with its face; one that was deleted elsewhere since has none any more, and goes. */
async function first() {
  for (const card of queue) {
    const html = await inStores(FACES, "readonly", (at) => at(FACES).get(card.uid));
    if (html) return { card, html };
    queue = queue.filter(({ uid }) => uid !== card.uid);
  }
  return {};
}

/** Show the first card of the queue, or that this was all. */
async function next() {
  const { card, html } = await first();
  need(HTMLElement, ".where").textContent = `${done} / ${done + queue.length}`;
  const progress = need(HTMLProgressElement, "#review-bar progress");
  progress.max = done + queue.length || 1;
  progress.value = queue.length ? done : progress.max;
  undo.hidden = last === null;
  face.hidden = !card;
  dock.hidden = !card;
  need(HTMLElement, "#end").hidden = Boolean(card);
  if (!card) return end();
  face.innerHTML = String(html);
  face.classList.toggle("last", queue.length === 1);
  reveal(false);
  watch = new Stopwatch(document.hidden);
  lookAtAll();
  announcer.textContent = inWords("Card %(n)s of %(all)s", { n: done + 1, all: done + queue.length });
  face.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

/** @param {boolean} isShown */
function reveal(isShown) {
  const back = maybe(HTMLElement, "#review-back");
  if (back) back.hidden = !isShown;
  rate.hidden = !isShown;
  showing.hidden = isShown;
  if (!isShown) return;
  announcer.textContent = maybe(HTMLElement, "#review-back .a")?.textContent ?? "";
  maybe(HTMLElement, ".primary", rate)?.focus({ preventScroll: true });
}

function end() {
  const text = done
    ? counted("%(num)s answer is kept here. It is sent as soon as there is a network.", "%(num)s answers are kept here. They are sent as soon as there is a network.", done)
    : inWords("Nothing that was taken along is due now.");
  need(HTMLElement, "#ended").textContent = text;
  if (done) settle();
  announcer.textContent = text;
}

/** @param {number} rating */
async function answer(rating) {
  const [card] = queue;
  if (!card || rate.hidden) return;
  rate.hidden = true; // Pressed twice, it is one answer.
  const { uid, front, new: isNew } = card;
  try {
    const n = await addAnswer({ key: newKey(), at: Date.now(), uid, rating, ms: watch.spent, front, isNew });
    const wasAgain = rating === AGAIN && !repeated.has(uid);
    queue = [...queue.slice(1), ...(wasAgain ? [card] : [])];
    if (wasAgain) repeated.add(uid);
    last = { n, card, wasAgain };
    done += 1;
    trouble.hidden = true;
    await next();
    askToSend();
  } catch (error) {
    if (!(error instanceof NoStore)) throw error;
    rate.hidden = false;
    trouble.textContent = error.isFull
      ? inWords("This browser has no room left, so the answer was not kept. Free some, then press the button again.")
      : inWords("This browser keeps nothing, so the answer was not kept.");
    trouble.hidden = false;
  }
}

/** Take the last answer back, unless it has been sent. */
async function back() {
  if (!last) return;
  const { n, card, wasAgain } = last;
  last = null;
  if ((await waiting()).some((entry) => entry.n === n)) {
    await takeBack(n, card);
    if (wasAgain) {
      repeated.delete(card.uid);
      queue = queue.filter(({ uid }) => uid !== card.uid);
    }
    queue = [card, ...queue];
    done -= 1;
  }
  await next();
}

showing.addEventListener("click", () => reveal(true));
undo.addEventListener("click", back);
rate.addEventListener("click", (event) => {
  const pressed = around(event, "button");
  if (pressed instanceof HTMLButtonElement) answer(Number(pressed.value));
});
document.addEventListener("visibilitychange", () => watch.turn(document.hidden));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !keysAreOn() || around(event, "input, textarea, select")) return;
  if (event.key === " " && around(event, "button, summary, a")) return;
  const selector = event.key.toLowerCase() === "u" ? "#undo" : pressedBy(event.key.toLowerCase(), !rate.hidden);
  const pressed = selector ? every(HTMLButtonElement, selector).find((item) => !item.hidden) : undefined;
  if (!pressed || dock.hidden) return;
  event.preventDefault();
  pressed.click();
});

begin().catch((error) => {
  if (!(error instanceof NoStore)) throw error;
  queue = [];
  next();
});
