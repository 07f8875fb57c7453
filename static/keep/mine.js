// My data: says what this browser keeps, and lets the student end it, or begin again.

import { need } from "../dom.js";
import { megabytes } from "../upload/shrink.js";
import { counted, inWords } from "../words.js";
import { gatherAndSettle } from "./accounts.js";
import { ACCOUNT, alone, gather, kept, kindOf, toldOf } from "./gather.js";
import { OFF, ON, WHY, become, state } from "./state.js";
import { NotKept, open } from "./store.js";

/** @typedef {import("./store.js").Store} Store */

const box = need(HTMLElement, "[data-keeps]");
const words = need(HTMLElement, "[role=status]", box);
const others = need(HTMLElement, "[data-lost]", box);
const end = need(HTMLButtonElement, "[data-end]", box);
const begin = need(HTMLButtonElement, "[data-begin]", box);

/** @param {string} sentence @param {boolean} keeps */
function say(sentence, keeps) {
  words.textContent = sentence;
  end.hidden = !keeps;
  begin.hidden = keeps;
}

/** @param {Store} store */
async function show(store) {
  await tell(store);
  await showLost(store);
  await tell(store); // Of what has just been gathered: another student may have been here before.
}

/** @param {Store} store */
async function tell(store) {
  const name = await store.note(ACCOUNT);
  const told = await toldOf(store, name);
  if (!told) return say(inWords("Nothing is kept yet. It begins by itself in a moment."), true);
  const size = megabytes(await store.size(kindOf(name)));
  const packs = counted("%(num)s pack", "%(num)s packs", told.packs);
  const cards = counted("%(num)s card", "%(num)s cards", told.cards);
  const { lang } = document.documentElement;
  const when = new Date(told.at).toLocaleString(lang === "en" ? "en-GB" : lang, { dateStyle: "long", timeStyle: "short" });
  say(inWords("%(packs)s, %(cards)s, with all answers, quizzes, medals and settings: %(size)s, as of %(when)s.", { packs, cards, size, when }), true);
}

/** @param {Store} store */
async function showLost(store) {
  const { offers } = await gatherAndSettle(store);
  const cards = offers.reduce((sum, offer) => sum + offer.cards, 0);
  others.hidden = !cards;
  others.textContent = counted(
    "This device also has %(num)s card that the server has lost. Bring it back on the first page; else it goes when this device keeps nothing any more.",
    "This device also has %(num)s cards that the server has lost. Bring them back on the first page; else they go when this device keeps nothing any more.",
    cards,
  );
}

/** @param {(store: Store) => Promise<void>} act */
async function withStore(act) {
  try {
    const store = await open();
    await act(store).finally(() => store.close());
  } catch (error) {
    if (error instanceof TypeError) return; // Away from the server: what is kept stays.
    if (!(error instanceof NotKept)) throw error;
    become(error.reason);
    const why = WHY[error.reason];
    say([inWords("This device keeps nothing."), ...(why ? [inWords(why)] : [])].join(" "), false);
  }
}

end.addEventListener("click", () =>
  withStore(async (store) => {
    become(OFF); // First: another tab that gathers stops at its next step.
    await alone(async () => {
      for (const name of await kept(store)) await store.clear(kindOf(name), { [kindOf(name)]: undefined, [ACCOUNT]: undefined });
    });
    become(OFF);
    others.hidden = true;
    say(inWords("This device keeps nothing of your account any more."), false);
    begin.focus();
  }),
);

begin.addEventListener("click", () =>
  withStore(async (store) => {
    become(ON);
    await alone(() => gather(store)).catch((error) => {
      become(OFF);
      throw error;
    });
    await show(store);
    end.focus();
  }),
);

box.hidden = false;
if (state() === OFF) say(inWords("This device keeps nothing of your account: you have switched it off."), false);
else await withStore(show);
