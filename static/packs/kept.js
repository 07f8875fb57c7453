// All pictures of this browser: to look through, and to forget one by one or at once.

import { need } from "../dom.js";
import { NotKept, all, forget, forgetAll } from "./pictures.js";
import { packOf } from "../upload/sent.js";
import { megabytes } from "../upload/shrink.js";
import { counted, inWords } from "../words.js";

const list = need(HTMLElement, "#kept");
const total = need(HTMLElement, "#total");
const forgetting = need(HTMLElement, "#all");

/** @param {string} sentence */
function say(sentence) {
  total.textContent = sentence;
  total.hidden = false;
}

async function show() {
  const records = (await all()).sort((one, other) => other.keptAt - one.keptAt);
  list.replaceChildren(...records.map(item));
  count(records);
}

/** @param {Kept[]} records */
function count(records) {
  const bytes = records.reduce((sum, record) => sum + record.blob.size, 0);
  const told = counted("%(num)s picture, %(size)s.", "%(num)s pictures, %(size)s.", records.length, { size: megabytes(bytes) });
  say(records.length ? told : inWords("There are no pictures here."));
  list.hidden = forgetting.hidden = !records.length;
}

/** @param {Kept} record */
function dayOf({ keptAt }) {
  const { lang } = document.documentElement;
  return new Date(keptAt).toLocaleDateString(lang === "en" ? "en-GB" : lang, { dateStyle: "long" });
}

/** @type {(record: Kept, place: number) => HTMLLIElement} */
function item(record, place) {
  const made = document.createElement("li");
  const picture = document.createElement("img");
  const words = document.createElement("p");
  const button = document.createElement("button");
  const name = inWords("Picture %(n)s, kept on %(day)s", { n: place + 1, day: dayOf(record) });
  picture.alt = name;
  picture.src = URL.createObjectURL(record.blob);
  words.textContent = megabytes(record.blob.size);
  button.type = "button";
  button.className = "btn quiet wide";
  button.textContent = inWords("Forget");
  button.setAttribute("aria-label", inWords("Forget: %(picture)s", { picture: name }));
  button.addEventListener("click", () => honestly(() => forgetOne(record)));
  made.append(picture, words, button);
  nameItsPack(record, words);
  return made;
}

/** @type {(record: Kept, words: HTMLElement) => Promise<void>} */
async function nameItsPack(record, words) {
  const pack = await packOf(record.sha256, list.dataset.byPhoto ?? "");
  if (!pack) return;
  const link = document.createElement("a");
  link.href = pack.url;
  link.dir = "auto";
  link.textContent = pack.title;
  words.prepend(link, document.createElement("br"));
}

/** @param {Kept} record */
async function forgetOne(record) {
  await forget(record.sha256);
  await show();
  total.focus();
}

/** @param {() => Promise<void>} act */
async function honestly(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof NotKept)) throw error;
    say(inWords("This browser does not let pages keep pictures (in a private window, for instance), so there are none here."));
  }
}

need(HTMLButtonElement, "button", forgetting).addEventListener("click", () =>
  honestly(async () => {
    await forgetAll();
    await show();
    total.focus();
  }),
);

honestly(show);
