// After signing out, or deleting everything: this browser gives up all that it keeps of ours. On https the answer's
// Clear-Site-Data has done so already; over http, and in older browsers, it is done here.

import { inWords } from "./words.js";

const WORDS = {
  done: inWords("This browser keeps nothing of yours any more."),
  left: inWords("This browser did not give up everything. Clear this site’s data in its settings."),
};
const DATABASES = ["studylens", "studylens-handover", "studylens-keep", "studylens-offline"]; // Where a browser does not list them itself.
const PATIENCE_MS = 3_000; // Another tab that has one open keeps it until it is closed.

/** @param {string} name */
function deleteDatabase(name) {
  return new Promise((done, failed) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => done(undefined);
    request.onerror = () => failed(request.error);
    setTimeout(() => failed(new Error(name)), PATIENCE_MS);
  });
}

async function deleteDatabases() {
  const listed = (await indexedDB.databases?.()) ?? [];
  const names = new Set([...DATABASES, ...listed.map((found) => found.name ?? "")]);
  names.delete("");
  await Promise.all([...names].map(deleteDatabase));
}

async function deleteCaches() {
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
}

async function endWorkers() {
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
}

async function clearChoices() {
  localStorage.clear();
  sessionStorage.clear();
}

/** What cannot be given up, as a database that another tab holds, keeps nothing else here. */
async function clearAll() {
  const ended = await Promise.allSettled([clearChoices(), deleteDatabases(), deleteCaches(), endWorkers()]);
  const failed = ended.find(({ status }) => status === "rejected");
  if (failed) throw failed;
}

const told = /** @type {HTMLElement} */ (document.querySelector("[data-clearing]"));
try {
  await clearAll();
  told.textContent = WORDS.done;
} catch {
  told.textContent = WORDS.left;
}
told.hidden = false;
