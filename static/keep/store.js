// What this browser keeps of a student's account, in a database of its own, each item sealed with a key that never
// leaves this browser. No page is needed: a worker may import this file, too.
//
//     const store = await open();                         // throws NotKept
//     await store.put("cards", [{ id: "a", value: { any: "JSON" } }], { mark: "7" });
//     await store.all("cards");                           // [{ id: "a", value: { any: "JSON" } }]
//     await store.get("cards", "a");                      // the value, or undefined
//     await store.ids("cards");                           // ["a"], nothing is unsealed
//     await store.remove("cards", ["a"], { mark: "8" });
//     await store.note("mark");                           // "8"; notes are small, plain, and no secret; undefined ends one
//     await store.clear("cards");                         // a kind; clear() all kinds, all notes and the key
//
// `kind` is any name; what begins with "account/" is gather.js's. A value is what JSON can say, or a Uint8Array.
// Notes are written in the same transaction as the items, so a mark never promises what is not there.

import { newKey, sealed, unsealed } from "./sealing.js";

const NAME = "studylens-keep";
const VERSION = 1;
const ITEMS = "items";
const NOTES = "notes";
const KEYS = "keys";
const KEY = "key";
const LAST = "\uffff"; // Behind every id.

/** @typedef {{ id: string, value: unknown }} Item */
/** @typedef {{ kind: string, id: string, iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer }} Row */
/** @typedef {"refused" | "full" | "newer" | "insecure" | "damaged"} Reason */

/**
 * Why something is not kept: `refused` by the browser (a private window), `full`, of a `newer` release, `insecure`
 * (a plain http address has no cryptography), `damaged` (what is there does not open).
 */
export class NotKept extends Error {
  /** @param {Reason} reason @param {unknown} [cause] */
  constructor(reason, cause) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/** Open the database, which is made if it is not there, as its key is. Throws NotKept. */
export async function open() {
  if (!globalThis.crypto?.subtle) throw new NotKept("insecure");
  return honestly(async () => {
    const database = await openDatabase();
    try {
      return new Store(database, await keyOf(database));
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** The opened database. Every method throws NotKept. */
export class Store {
  #database;
  #key;

  /** @param {IDBDatabase} database @param {CryptoKey} key */
  constructor(database, key) {
    this.#database = database;
    this.#key = key;
  }

  /** Keep items, each in place of one with the same id, and notes with them. @param {string} kind @param {Item[]} items @param {object} notes */
  put(kind, items, notes = {}) {
    return honestly(async () => {
      const rows = await Promise.all(items.map((item) => this.#seal(kind, item)));
      const write = this.#write();
      for (const row of rows) write.objectStore(ITEMS).put(row);
      await noted(write, notes);
    });
  }

  /** Give up items, and keep notes with that. @param {string} kind @param {string[]} ids @param {object} notes */
  remove(kind, ids, notes = {}) {
    return honestly(async () => {
      const write = this.#write();
      for (const id of ids) write.objectStore(ITEMS).delete([kind, id]);
      await noted(write, notes);
    });
  }

  /** Return one value, undefined if it is not there. @param {string} kind @param {string} id */
  get(kind, id) {
    return honestly(async () => {
      const row = await result(this.#read(ITEMS).get([kind, id]));
      return row && (await this.#unseal(row));
    });
  }

  /** Return all of a kind, by id. @param {string} kind @returns {Promise<Item[]>} */
  all(kind) {
    return honestly(async () => {
      /** @type {Row[]} */
      const rows = await result(this.#read(ITEMS).getAll(within(kind)));
      return Promise.all(rows.map(async (row) => ({ id: row.id, value: await this.#unseal(row) })));
    });
  }

  /** @param {string} kind @returns {Promise<string[]>} */
  ids(kind) {
    return honestly(async () => {
      const keys = /** @type {[string, string][]} */ (await result(this.#read(ITEMS).getAllKeys(within(kind))));
      return keys.map(([, id]) => id);
    });
  }

  /** Return how many bytes a kind takes. @param {string} kind @returns {Promise<number>} */
  size(kind) {
    return honestly(async () => {
      /** @type {Row[]} */
      const rows = await result(this.#read(ITEMS).getAll(within(kind)));
      return rows.reduce((sum, { sealed }) => sum + sealed.byteLength, 0);
    });
  }

  /** @param {string} name @returns {Promise<any>} */
  note(name) {
    return honestly(() => result(this.#read(NOTES).get(name)));
  }

  /** Return the names of all notes. @returns {Promise<string[]>} */
  noteNames() {
    return honestly(async () => /** @type {string[]} */ (await result(this.#read(NOTES).getAllKeys())));
  }

  /** Give up a kind, with notes; without a kind all kinds, all notes and the key. @param {string} [kind] @param {object} notes */
  clear(kind, notes = {}) {
    return honestly(async () => {
      const write = this.#write();
      if (kind !== undefined) {
        write.objectStore(ITEMS).delete(within(kind));
        return noted(write, notes);
      }
      for (const name of [ITEMS, NOTES, KEYS]) write.objectStore(name).clear();
      await done(write);
      this.close(); // Its key is gone: whoever opens again gets another one.
    });
  }

  close() {
    this.#database.close();
  }

  #write() {
    return this.#database.transaction([ITEMS, NOTES, KEYS], "readwrite");
  }

  /** @param {string} name */
  #read(name) {
    return this.#database.transaction(name, "readonly").objectStore(name);
  }

  /** @param {string} kind @param {Item} item @returns {Promise<Row>} */
  async #seal(kind, { id, value }) {
    return { kind, id, ...(await sealed(this.#key, [kind, id], value)) };
  }

  /** @param {Row} row */
  async #unseal({ kind, id, iv, sealed: box }) {
    try {
      return await unsealed(this.#key, [kind, id], { iv, sealed: box });
    } catch (error) {
      throw new NotKept("damaged", error);
    }
  }
}

/** @param {string} kind */
function within(kind) {
  return IDBKeyRange.bound([kind, ""], [kind, LAST]);
}

/** Two tabs may open at once: the key that is there first stays. @param {IDBDatabase} database @returns {Promise<CryptoKey>} */
async function keyOf(database) {
  const there = await result(database.transaction(KEYS, "readonly").objectStore(KEYS).get(KEY));
  if (there) return there;
  const made = await newKey();
  const write = database.transaction(KEYS, "readwrite");
  const request = write.objectStore(KEYS).get(KEY);
  request.onsuccess = () => request.result ?? write.objectStore(KEYS).put(made, KEY);
  await done(write);
  return request.result ?? made;
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((opened, failed) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ITEMS, { keyPath: ["kind", "id"] });
      request.result.createObjectStore(NOTES);
      request.result.createObjectStore(KEYS);
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close(); // Another tab deletes it, or is newer.
      opened(request.result);
    };
    request.onerror = () => failed(request.error);
  });
}

/** @param {IDBTransaction} write @param {object} notes */
function noted(write, notes) {
  for (const [name, value] of Object.entries(notes)) {
    if (value === undefined) write.objectStore(NOTES).delete(name);
    else write.objectStore(NOTES).put(value, name);
  }
  return done(write);
}

/** A write counts when its transaction is complete; a full disk shows only there. @param {IDBTransaction} write @returns {Promise<void>} */
function done(write) {
  return new Promise((completed, failed) => {
    write.oncomplete = () => completed();
    write.onabort = () => failed(write.error);
  });
}

/** @type {<T>(request: IDBRequest<T>) => Promise<T>} */
function result(request) {
  return new Promise((found, failed) => {
    request.onsuccess = () => found(request.result);
    request.onerror = () => failed(request.error);
  });
}

/** @type {<T>(act: () => Promise<T>) => Promise<T>} */
async function honestly(act) {
  try {
    return await act();
  } catch (error) {
    if (error instanceof NotKept) throw error;
    const name = error instanceof Error ? error.name : "";
    throw new NotKept(name === "QuotaExceededError" ? "full" : name === "VersionError" ? "newer" : "refused", error);
  }
}
