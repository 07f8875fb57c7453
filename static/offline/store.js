// The database of what this browser takes along and of what waits to be sent. A worker may import this file.
// It is opened for each act and closed again, so that no open page ever holds back a new release or a sign-out.

const NAME = "studylens-offline";
const VERSION = 1;

export const QUEUE = "queue"; // What waits, in the order in which it was done.
export const CARDS = "cards"; // What was taken along, by the card's uid; all of it is read when a page begins.
export const FACES = "faces"; // How each of them looks, as HTML; read one by one.
export const STATE = "state"; // Single facts, by their name.

/** This browser keeps nothing (a private window), or has no room left. */
export class NoStore extends Error {
  /** @param {unknown} cause */
  constructor(cause) {
    super("nothing is kept", { cause });
    this.isFull = cause instanceof Error && cause.name === "QuotaExceededError";
  }
}

/**
 * Act on stores in one transaction, and return what the act's request found. Throws NoStore.
 * @type {<T>(names: string | string[], mode: IDBTransactionMode, act: (at: (name: string) => IDBObjectStore) => IDBRequest<T> | null) => Promise<T>}
 */
export async function inStores(names, mode, act) {
  let database;
  try {
    database = await openDatabase();
    return await finished(database.transaction(names, mode), act);
  } catch (error) {
    throw new NoStore(error);
  } finally {
    database?.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(QUEUE, { keyPath: "n", autoIncrement: true });
      request.result.createObjectStore(CARDS, { keyPath: "uid" });
      request.result.createObjectStore(FACES);
      request.result.createObjectStore(STATE);
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/**
 * A write counts when its transaction is complete; a full disk shows only there.
 * @type {<T>(transaction: IDBTransaction, act: (at: (name: string) => IDBObjectStore) => IDBRequest<T> | null) => Promise<T>}
 */
function finished(transaction, act) {
  return new Promise((done, failed) => {
    const request = act((name) => transaction.objectStore(name));
    transaction.oncomplete = () => done(/** @type {any} */ (request?.result));
    transaction.onabort = () => failed(transaction.error ?? request?.error);
  });
}

/** Return a fact, or undefined. @param {string} name @returns {Promise<any>} */
export const fact = (name) => inStores(STATE, "readonly", (at) => at(STATE).get(name));
/** @type {(name: string, value: unknown) => Promise<unknown>} */
export const setFact = (name, value) => inStores(STATE, "readwrite", (at) => at(STATE).put(value, name));

/** Return what is known of what was taken along, if anything was. @returns {Promise<Taken | undefined>} */
export const takenAlong = () => fact("taken");
/** @returns {Promise<Card[]>} */
export const allCards = () => inStores(CARDS, "readonly", (at) => at(CARDS).getAll());
