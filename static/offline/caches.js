// The caches of this browser, by name, and how they are given up. A worker may import this file.

import { address } from "./place.js";
import { CARDS, FACES, STATE, inStores } from "./store.js";

export const SHELL = "studylens-shell-"; // And the release: files and pages that need no network.
export const PAGES = "studylens-pages"; // Pages of packs as they were seen last.
export const PICTURES = "studylens-pictures"; // Pictures of cards that only the server has.

/** Give up what was taken along and seen, but nothing that waits to be sent: another student is here now. */
export async function giveUpCarried() {
  await inStores([CARDS, FACES, STATE], "readwrite", (at) => {
    at(CARDS).clear();
    at(FACES).clear();
    return at(STATE).clear();
  });
  for (const name of [PAGES, PICTURES]) await globalThis.caches?.delete(name);
  await renewForm();
  await endReminders();
}

/** The form for photos that is kept says how many cards of theirs are due. */
async function renewForm() {
  const form = address("/new");
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    const shelf = await caches.open(name);
    if (name.startsWith(SHELL) && (await shelf.delete(form, { ignoreVary: true }))) await shelf.add(new Request(form, { cache: "reload" })).catch(() => {});
  }
}

/** How many cards are due is the student's own business. */
async function endReminders() {
  const worker = await navigator.serviceWorker?.getRegistration();
  await (await worker?.pushManager?.getSubscription())?.unsubscribe();
}

/** Give up all of it: what waits, what was taken along, the caches and the worker. */
export async function giveUpAll() {
  await new Promise((done) => {
    const request = indexedDB.deleteDatabase("studylens-offline");
    request.onsuccess = request.onerror = request.onblocked = () => done(undefined);
  });
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
}
