// The student's pictures, in this browser's own database. The key is the fingerprint of the bytes that were sent,
// which the pack's receipt has too.

import { inWords } from "../words.js";

const NAME = "studylens";
const STORE = "pictures";
const REASONS = {
  full: inWords("There was no room left for the picture in this browser, so the photo is not shown here."),
  refused: inWords("This browser does not let pages keep pictures (in a private window, for instance), so the photo is not shown here."),
  unreadable: inWords("This browser cannot open this kind of picture, so the photo is not shown here. The pack itself is complete."),
};

/** Why a picture is not there; the message is for the student. */
export class NotKept extends Error {
  /** @param {keyof typeof REASONS} reason */
  constructor(reason) {
    super(REASONS[reason]);
    this.reason = reason;
  }
}

/** Return 64 hexadecimal digits, or null where the browser has no cryptography (a plain http address). @param {Blob} blob */
export async function fingerprint(blob) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Each of these throws NotKept when the browser refuses.
export const keep = (/** @type {Kept} */ record) => inStore("readwrite", (store) => store.put(record));
export const forget = (/** @type {string} */ sha256) => inStore("readwrite", (store) => store.delete(sha256));
export const forgetAll = () => inStore("readwrite", (store) => store.clear());
/** @type {(sha256: string) => Promise<Kept | undefined>} */
export const find = (sha256) => inStore("readonly", (store) => store.get(sha256));
/** @type {() => Promise<Kept[]>} */
export const all = () => inStore("readonly", (store) => store.getAll());

/** @type {<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>) => Promise<T>} */
async function inStore(mode, act) {
  let database;
  try {
    database = await openDatabase();
    return await finished(database.transaction(STORE, mode), act);
  } catch (error) {
    throw new NotKept(error instanceof Error && error.name === "QuotaExceededError" ? "full" : "refused");
  } finally {
    database?.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "sha256" });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/**
 * A write counts when its transaction is complete; a full disk shows only there.
 * @type {<T>(transaction: IDBTransaction, act: (store: IDBObjectStore) => IDBRequest<T>) => Promise<T>}
 */
function finished(transaction, act) {
  return new Promise((done, failed) => {
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => done(request.result);
    transaction.onabort = () => failed(transaction.error ?? request.error);
  });
}

/**
 * Leave the next page a word, why its picture is missing; a browser without any memory just says that it is.
 * @type {(sha256: string, reason: keyof typeof REASONS) => void}
 */
export function tell(sha256, reason) {
  try {
    sessionStorage.setItem(`not kept ${sha256}`, reason);
  } catch {
    // Nowhere to leave a word.
  }
}

/** @param {string} sha256 */
export function told(sha256) {
  try {
    const reason = sessionStorage.getItem(`not kept ${sha256}`);
    return reason ? REASONS[/** @type {keyof typeof REASONS} */ (reason)] : undefined;
  } catch {
    return undefined;
  }
}
