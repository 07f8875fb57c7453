// What waits to be sent: answers and photos, each with an id of its own, in the order in which they were done.

import { CARDS, QUEUE, STATE, fact, inStores, setFact } from "./store.js";

const KEY_BYTES = 16;
const HELD_MS = 600_000; // Since the last change: a tab that was closed holds nothing back for ever.
const MOST_TOLD = 50; // What could not be counted, until somebody has read it.

/** Return a random id, 32 hexadecimal digits; `crypto.randomUUID` is not there over plain http. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return all that waits, oldest first. Throws NoStore. @returns {Promise<Waiting[]>} */
export const waiting = () => inStores(QUEUE, "readonly", (at) => at(QUEUE).getAll());

/** Keep an answer, and let its card rest until the server says when it comes back. Throws NoStore. @type {(answer: Omit<WaitingAnswer, "n" | "kind" | "owner">) => Promise<number>} */
export async function addAnswer(answer) {
  const owner = (await fact("owner")) ?? "";
  const kept = await inStores([QUEUE, CARDS], "readwrite", (at) => {
    const request = at(QUEUE).add({ ...answer, kind: "answer", owner });
    at(CARDS).delete(answer.uid);
    return request;
  });
  return Number(kept);
}

/** Take back an answer that was not sent yet, with its card. @type {(n: number, card: Card) => Promise<unknown>} */
export function takeBack(n, card) {
  return inStores([QUEUE, CARDS], "readwrite", (at) => {
    at(QUEUE).delete(n);
    return at(CARDS).put(card);
  });
}

/** Keep photos of one form, which are sent together; return their number. Throws NoStore. @type {(key: string, files: File[], fields: [string, string][]) => Promise<number>} */
export async function addPhotos(key, files, fields) {
  const owner = (await fact("owner")) ?? "";
  const entry = { kind: "photos", key, owner, at: Date.now(), files, fields, refused: "" };
  return Number(await inStores(QUEUE, "readwrite", (at) => at(QUEUE).add(entry)));
}

/** @param {Iterable<number>} numbers */
export function forget(numbers) {
  return inStores(QUEUE, "readwrite", (at) => {
    for (const n of numbers) at(QUEUE).delete(n);
    return null;
  });
}

/** @param {Waiting} entry */
export const replace = (entry) => inStores(QUEUE, "readwrite", (at) => at(QUEUE).put(entry));

/** Change a form that still waits, if it does: what was sent meanwhile does not come back. @type {(n: number, changed: (entry: WaitingPhotos) => WaitingPhotos) => Promise<boolean>} */
export async function change(n, changed) {
  let isHere = false;
  await inStores(QUEUE, "readwrite", (at) => {
    const found = at(QUEUE).get(n);
    found.onsuccess = () => {
      isHere = found.result !== undefined;
      if (isHere) at(QUEUE).put(changed(found.result));
    };
    return found;
  });
  return isHere;
}

/** Whether a form is being corrected, and must not leave under the student's hand; one that was left open goes after all. @type {(entry: WaitingPhotos, now?: number) => boolean} */
export function isHeld({ held = 0 }, now = Date.now()) {
  return now - held >= 0 && now - held < HELD_MS;
}

/** Let what waits belong to whoever is here now: the server may have forgotten who they were. @param {string} owner */
export async function adopt(owner) {
  for (const entry of await waiting()) if (entry.owner !== owner) await replace({ ...entry, owner });
}

/** Whether this is sent while `owner` is here. What was done before anybody was known is theirs who comes first. @type {(entry: Waiting, owner: string | null) => boolean} */
export function isSentAs({ owner: whose, kind }, owner) {
  if (owner === null) return kind === "photos" && whose === "";
  return whose === "" || whose === owner;
}

/** Return how much of each kind waits; refused photos do not, and neither does what belongs to somebody else. @type {(entries: Waiting[], owner: string | null) => Counts} */
export function countOf(entries, owner) {
  const mine = entries.filter((entry) => isSentAs(entry, owner));
  const photos = mine.filter((entry) => entry.kind === "photos");
  return {
    answers: mine.filter((entry) => entry.kind === "answer").length,
    photos: pagesOf(photos.filter(({ refused }) => !refused)),
    refused: pagesOf(photos.filter(({ refused }) => refused)),
    foreign: entries.length - mine.length,
  };
}

/** Return what could not be counted and was not read yet. @returns {Promise<Told[]>} */
export const told = async () => (await fact("told")) ?? [];
/** @param {Told[]} added */
export const tell = async (added) => added.length && setFact("told", [...(await told()), ...added].slice(-MOST_TOLD));
export const forgetTold = () => inStores(STATE, "readwrite", (at) => at(STATE).delete("told"));

/** Return how many photos, documents and pasted texts these are, those that were read here too. @param {WaitingPhotos[]} forms */
function pagesOf(forms) {
  const linesIn = (/** @type {[string, string][]} */ fields) => fields.filter(([name]) => name === "lines").length;
  return forms.reduce((sum, { files, fields }) => sum + Math.max(1, files.length + linesIn(fields)), 0);
}
