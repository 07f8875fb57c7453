// The first page: offers to bring back what the server has lost, and says once that it is back.

import { need } from "../dom.js";
import { counted, inWords } from "../words.js";
import { BACK, bring, gatherAndSettle } from "./accounts.js";
import { kept, toldOf } from "./gather.js";
import { OFF, ON, WHY, state } from "./state.js";
import { NotKept, open } from "./store.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./accounts.js").Offer} Offer */

const TRIES = 5;
const AGAIN_MS = 3_000;
const box = need(HTMLElement, "[data-kept]");
const words = need(HTMLElement, "[data-kept-words]", box);
const button = need(HTMLButtonElement, "button", box);
const act = need(HTMLElement, "[data-kept-act]", box);
const bar = need(HTMLProgressElement, "progress", box);
const current = box.dataset.kept; // The name of the account that this page is of.

/** @param {string} sentence */
function say(sentence) {
  words.textContent = sentence;
  box.hidden = false;
}

/** @param {{ packs: number, cards: number }} what */
function inAll({ packs, cards }) {
  return {
    packs: counted("%(num)s pack", "%(num)s packs", packs),
    cards: counted("%(num)s card", "%(num)s cards", cards),
  };
}

/** @param {Store} store */
async function show(store) {
  const back = await store.note(BACK);
  if (back) {
    say(inWords("Everything is back from this device: %(packs)s, %(cards)s.", inAll(back)));
    await store.put(BACK, [], { [BACK]: undefined });
  }
  if (await isAsUsual(store)) return;
  const { offers, elsewhere } = await gatherAndSettle(store);
  const [most] = offers.sort((one, other) => other.cards - one.cards);
  if (most) offer(store, most);
  else if (elsewhere) say(inWords("Your packs were brought back on another device. Connect this one, and what it has more comes in."));
}

/** This page's account is the only one here, and the server has all of it: there is nothing to ask. @param {Store} store */
async function isAsUsual(store) {
  const names = await kept(store);
  const [name = ""] = names;
  const isCurrent = name === current && !(await toldOf(store, name))?.lost;
  return names.length === 0 || (names.length === 1 && isCurrent);
}

/** @param {Store} store @param {Offer} what */
function offer(store, what) {
  say(inWords("The server has lost what you had, but this device still has it: %(packs)s, %(cards)s.", inAll(what)));
  act.hidden = false;
  button.addEventListener("click", () => bringBack(store, what));
}

/** @param {Store} store @param {Offer} what */
async function bringBack(store, what) {
  button.disabled = true;
  bar.hidden = false;
  try {
    say(inWords("It is on its way back. Keep this page open."));
    await bring(store, what, (percent) => (bar.value = percent));
    window.location.reload();
  } catch (error) {
    say(sentenceOf(error));
    button.disabled = false;
    bar.hidden = true;
  }
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (error instanceof NotKept) return inWords(WHY[error.reason] ?? error.reason);
  if (error instanceof TypeError) return inWords("The server cannot be reached. Nothing is lost: try again in a minute.");
  return error instanceof Error ? error.message : String(error);
}

/** Where the server forgets, a student must know that the browser does not remember either. */
function warn() {
  const why = WHY[state()];
  if (why && box.dataset.forgets) say([inWords("This device does not keep your packs."), inWords(why)].join(" "));
}

/** Show what there is; a server that has just lost its database may need a moment to answer. @param {number} tries */
async function begin(tries) {
  try {
    await show(await open());
  } catch (error) {
    if (error instanceof TypeError && tries > 1) setTimeout(() => begin(tries - 1), AGAIN_MS);
    else if (!(error instanceof NotKept || error instanceof TypeError)) throw error;
  }
  if (state() !== ON && box.hidden) warn();
}

if (state() !== "" && state() !== OFF) await begin(TRIES);
