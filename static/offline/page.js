// The page that needs no network: what was taken along, what waits to be sent, and what could not be counted.

import { at, maybe, need } from "../dom.js";
import { counted, inWords } from "../words.js";
import { megabytes } from "../upload/shrink.js";
import { PAGES } from "./caches.js";
import { leftToday, packsOf, session } from "./choose.js";
import { pagesIn } from "./lines.js";
import { adopt, countOf, forget, forgetTold, isSentAs, replace, told, waiting } from "./queue.js";
import { canRead, readHere } from "./reading.js";
import { settle } from "./sign.js";
import { NoStore, allCards, fact, takenAlong } from "./store.js";
import { transcriptsOf } from "./transcript.js";

const WHY = {
  away: inWords("its card is deleted or paused"),
  unknown: inWords("its card is not there any more"),
  bad: inWords("it was damaged"),
};

/** What stands on the page for each form: a fold stays open, and a field keeps what is typed. @type {Map<number, { refused: string, item: HTMLElement }>} */
const shown = new Map();

async function show() {
  const [entries, owner = null, uncounted] = await Promise.all([waiting(), fact("owner"), told()]);
  need(HTMLElement, "h1").textContent = navigator.onLine ? inWords("What waits in this browser") : inWords("No network");
  await showCards(entries);
  showWaiting(entries, owner);
  showUncounted(uncounted);
  showSent((await fact("sent")) ?? [], entries.length);
}

/** Say that nothing is left, with the way to what the photos became. @type {(batches: string[], left: number) => void} */
function showSent(batches, left) {
  const note = need(HTMLElement, "#sent");
  note.hidden = left > 0 || !navigator.onLine;
  const links = batches.map((batch) => {
    const link = document.createElement("a");
    link.href = at(`/batches/${batch}`);
    link.textContent = inWords("Look at your page");
    return link;
  });
  need(HTMLElement, "span", note).replaceChildren(inWords("Everything is sent."), ...links.flatMap((link) => [" ", link]));
}

/** @param {Waiting[]} entries */
async function showCards(entries) {
  const [taken, cards, kept] = await Promise.all([takenAlong(), allCards(), keptPacks()]);
  const answered = entries.flatMap((entry) => (entry.kind === "answer" ? [entry] : []));
  const due = taken ? session(cards, leftToday(taken, answered, Date.now()), Date.now()) : [];
  const begin = need(HTMLElement, "#begin");
  begin.hidden = !due.length;
  need(HTMLElement, "span", begin).textContent = counted("Review %(num)s card", "Review %(num)s cards", due.length);
  need(HTMLElement, "#nothing").hidden = due.length > 0;
  const packs = packsOf(due);
  need(HTMLElement, "#packs").hidden = packs.length < 2;
  need(HTMLElement, "#packs ul").replaceChildren(...packs.map((found) => packItem(found, kept)));
}

/** Return the packs whose page was seen and is kept. */
async function keptPacks() {
  const pages = globalThis.caches ? await (await caches.open(PAGES)).keys() : [];
  return new Set(pages.map(({ url }) => /[/]packs[/]([0-9a-f]{32})/.exec(url)?.[1] ?? ""));
}

/** @type {(found: { pack: string, title: string, cards: number }, kept: Set<string>) => HTMLLIElement} */
function packItem({ pack, title, cards }, kept) {
  const item = document.createElement("li");
  item.className = "it";
  const name = document.createElement(kept.has(pack) ? "a" : "b");
  if (name instanceof HTMLAnchorElement) name.href = at(`/packs/${pack}`);
  name.dir = "auto";
  name.className = "grow";
  name.textContent = title || inWords("Untitled page");
  const review = document.createElement("a");
  review.className = "btn";
  review.href = at(`/packs/${pack}/review`);
  review.textContent = counted("%(num)s card", "%(num)s cards", cards);
  item.append(name, review);
  return item;
}

/** @type {(entries: Waiting[], owner: string | null) => void} */
function showWaiting(entries, owner) {
  const { answers, foreign } = countOf(entries, owner);
  const mine = entries.flatMap((entry) => (entry.kind === "photos" && isSentAs(entry, owner) ? [entry] : []));
  const newest = mine.filter(({ fields }) => fields.some(([name]) => name === "lines")).at(-1);
  const items = mine.map((entry) => itemOf(entry, entry === newest));
  if (answers) items.unshift(plainItem(counted("%(num)s answer", "%(num)s answers", answers)));
  need(HTMLElement, "#waits").hidden = !items.length;
  need(HTMLElement, "#waits ul").replaceChildren(...items);
  need(HTMLElement, "#foreign").hidden = !foreign;
  need(HTMLElement, "#foreign p").textContent = counted(
    "%(num)s answer or photo in this browser was done by somebody who is not signed in now. It waits for them.",
    "%(num)s answers and photos in this browser were done by somebody who is not signed in now. They wait for them.",
    foreign,
  );
}

/** @param {string} text */
function plainItem(text) {
  const item = document.createElement("li");
  item.className = "it";
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = text;
  item.append(words);
  return item;
}

/** @type {(entry: WaitingPhotos, isNewest: boolean) => HTMLElement} */
function itemOf(entry, isNewest) {
  const { n, refused } = entry;
  const before = shown.get(n);
  if (before?.refused === refused) return before.item;
  const item = photosItem(entry, isNewest);
  shown.set(n, { refused, item });
  return item;
}

/** @type {(entry: WaitingPhotos, isNewest: boolean) => HTMLElement} */
function photosItem(entry, isNewest) {
  const { files, fields, refused } = entry;
  const text = fields.find(([name]) => name === "text")?.[1] ?? "";
  const read = fields.filter(([name]) => name === "lines").length;
  const told = read ? [counted("%(num)s photo, read on this device", "%(num)s photos, read on this device", read)] : [];
  const names = [...told, ...files.map(({ name, size }) => `${name}, ${megabytes(size)}`)].join("; ");
  const item = plainItem([names || text.slice(0, 80), refused].filter(Boolean).join(": "));
  if (read && !refused && pagesIn(fields).some(({ lines }) => lines.length)) item.firstElementChild?.append(small(inWords("Cards come with the next connection.")));
  const [first] = files;
  if (first?.type.startsWith("image/")) item.prepend(thumb(first));
  if (refused) item.classList.add("refused");
  if (refused) item.append(button(inWords("Send again"), () => replace({ ...entry, refused: "" }).then(settle)));
  item.append(button(inWords("Remove"), () => forget([entry.n]).then(changed)));
  item.append(...transcriptsOf(entry, isNewest, settle));
  canRead(entry).then((can) => can && offerReading(entry, item)).catch(() => {});
  return item;
}

/** Let photos that wait be read here: their text is there at once. @type {(entry: WaitingPhotos, item: HTMLElement) => void} */
function offerReading(entry, item) {
  const told = small("");
  const made = button(inWords("Read it here"), async () => {
    made.disabled = true;
    const isRead = await readHere(entry, (n) => {
      told.textContent = inWords("Reading page %(n)s of %(all)s on this device…", { n, all: entry.files.length });
    });
    told.textContent = isRead ? "" : inWords("It could not be read here. It is sent as a photo.");
    if (isRead) shown.delete(entry.n);
    await changed();
  });
  told.setAttribute("role", "status");
  item.querySelector(".grow")?.after(made);
  item.append(told);
}

/** @param {string} text */
function small(text) {
  const made = document.createElement("small");
  made.className = "soft";
  made.textContent = text;
  return made;
}

/** @type {(words: string, act: () => Promise<unknown>) => HTMLButtonElement} */
function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn quiet";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

/** @param {File} file */
function thumb(file) {
  const image = document.createElement("img");
  image.alt = "";
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  image.addEventListener("error", () => image.remove());
  return image;
}

/** @param {Told[]} uncounted */
function showUncounted(uncounted) {
  need(HTMLElement, "#uncounted").hidden = !uncounted.length;
  const sentences = uncounted.map(({ front, why }) => plainItem(`${front} – ${Reflect.get(WHY, why) ?? why}`));
  need(HTMLElement, "#uncounted ul").replaceChildren(...sentences);
}

async function changed() {
  await show();
  document.dispatchEvent(new Event("studylens:waiting"));
}

need(HTMLElement, "#read").addEventListener("click", () => forgetTold().then(changed));
need(HTMLElement, "#mine").addEventListener("click", async () => {
  await adopt((await fact("owner")) ?? "");
  await changed();
});
need(HTMLElement, "#drop").addEventListener("click", async () => {
  const owner = (await fact("owner")) ?? null;
  const foreign = (await waiting()).filter((entry) => !isSentAs(entry, owner));
  await forget(foreign.map(({ n }) => n));
  await changed();
});
document.addEventListener("studylens:settled", () => void show().catch(() => {}));
for (const name of ["online", "offline"]) window.addEventListener(name, () => show().catch(() => {}));

show().catch((error) => {
  if (!(error instanceof NoStore)) throw error;
  const note = maybe(HTMLElement, "#nothing");
  if (note) note.textContent = inWords("This browser keeps nothing (a private window, for instance), so nothing was taken along.");
});
