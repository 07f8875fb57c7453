// All pictures of this browser: to look through, and to forget one by one or at once.

import { need } from "../dom.js";
import { NotKept, all, forget, forgetAll } from "./pictures.js";
import { packOf } from "../upload/sent.js";
import { megabytes } from "../upload/shrink.js";

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
  const pictures = records.length === 1 ? "picture" : "pictures";
  say(records.length ? `${records.length} ${pictures}, ${megabytes(bytes)}.` : "There are no pictures here.");
  list.hidden = forgetting.hidden = !records.length;
}

/** @type {(record: Kept, place: number) => HTMLLIElement} */
function item(record, place) {
  const made = document.createElement("li");
  const picture = document.createElement("img");
  const words = document.createElement("p");
  const button = document.createElement("button");
  const name = `Picture ${place + 1}, kept on ${new Date(record.keptAt).toLocaleDateString("en-GB", { dateStyle: "long" })}`;
  picture.alt = name;
  picture.src = URL.createObjectURL(record.blob);
  words.textContent = megabytes(record.blob.size);
  button.type = "button";
  button.className = "btn quiet wide";
  button.textContent = "Forget";
  button.setAttribute("aria-label", `Forget ${name}`);
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
    say("This browser does not let pages keep pictures (in a private window, for instance), so there are none here.");
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
