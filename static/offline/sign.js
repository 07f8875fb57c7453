// Every page: bring the worker up, send what waits as soon as there is a network, take along what is due, and say
// what waits. Whoever is new here has nothing to take along: a worker comes with the first pack.

import { at, formToken, maybe } from "../dom.js";
import { countOf, told, waiting } from "./queue.js";
import { sentencesFor } from "./saying.js";
import { CARDS, NoStore, fact, inStores } from "./store.js";

const SEND = "studylens-send"; // As the worker knows it.
const AGAIN_MS = 30_000; // What was refused, or could not be sent, while the page is looked at.
const CALM_MS = 1_500; // The page itself comes first.
const DEVICE_CHARS = 16; // Of the form's token: enough to see that somebody else is here.
const sign = maybe(HTMLElement, "#waiting");
const words = maybe(HTMLElement, "#waiting span");

/** Say what waits, or that there is no network. */
async function show() {
  const counts = countOf(await waiting(), (await fact("owner")) ?? null);
  const sentences = sentencesFor(counts, (await told()).length, navigator.onLine);
  if (!sign || !words) return;
  words.textContent = sentences.join(" ");
  sign.hidden = !sentences.length;
}

/** Send what waits, and take along what is due; quietly, since all of it can wait. */
export async function settle() {
  try {
    if (navigator.onLine && !document.hidden) {
      await noteDevice();
      const had = (await waiting()).length;
      if (had) await (await import("./send.js")).sendAll();
      const isNews = had > 0 && (await waiting()).length < had;
      if (formToken()) await (await import("./carry.js")).carry({ now: isNews, due: dueHere() });
    }
  } catch (error) {
    if (error instanceof NoStore) return; // A browser that keeps nothing.
    // The server is busy or away: the next page, the next minute, or the worker.
  }
  await show().catch(() => {});
  document.dispatchEvent(new Event("studylens:settled"));
}

/** Return the number of due cards that this page shows; null on a page for one thing, which shows none. */
function dueHere() {
  const nav = maybe(HTMLElement, ".nav");
  return nav && (maybe(HTMLElement, ".count", nav)?.textContent ?? "");
}

/** What was taken along is of whoever was here then; another token may be another student's. */
async function noteDevice() {
  const device = formToken().slice(0, DEVICE_CHARS);
  if (device && device !== (await fact("device"))) await (await import("./device.js")).changeDevice(device);
}

async function bringWorker() {
  if (!formToken() || !navigator.serviceWorker) return;
  try {
    const registration = await navigator.serviceWorker.register(at("/worker.js"), { type: "module" });
    if ((await waiting()).length) await registration.sync?.register(SEND);
  } catch {
    // An older browser, or one that lets pages have no worker: everything works, but needs a network.
  }
}

/** Ask the browser to send what waits when there is a network again, also when no page of ours is open. */
export async function askToSend() {
  try {
    await (await navigator.serviceWorker?.getRegistration())?.sync?.register(SEND);
  } catch {
    // The next page sends it.
  }
}

// A card that was answered while there is a network is not asked again without one.
document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  const uid = elt instanceof HTMLElement && elt.id === "review-rate" ? elt.dataset.uid : "";
  if (uid && xhr.status >= 200 && xhr.status < 300) inStores(CARDS, "readwrite", (store) => store(CARDS).delete(uid)).catch(() => {});
});

document.addEventListener("studylens:waiting", () => void show().catch(() => {}));
for (const name of ["online", "offline"]) window.addEventListener(name, settle);
window.addEventListener("pageshow", ({ persisted }) => persisted && settle());
document.addEventListener("visibilitychange", () => !document.hidden && settle());
function begin() {
  bringWorker(); // Which may take long, and what waits does not wait for it.
  settle();
}

setInterval(() => document.hidden || begin(), AGAIN_MS);
show().catch(() => {});
setTimeout(begin, CALM_MS);
