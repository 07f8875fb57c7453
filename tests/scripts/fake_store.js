// A browser's database, as far as static/offline/store.js uses it: what is kept, in the order in which it came.

/** @typedef {{ result?: unknown, onsuccess?: () => void, onupgradeneeded?: () => void }} FakeRequest */

/** The rows of one store. */
class FakeStore {
  /** @type {Map<unknown, any>} */
  rows = new Map();
  last = 0;
  /** @param {string | undefined} keyPath */
  constructor(keyPath) {
    this.keyPath = keyPath;
  }
  /** @type {(value: any, key?: unknown) => FakeRequest} */
  put(value, key = value[this.keyPath ?? ""]) {
    this.rows.set(key, value);
    return { result: key };
  }
  /** @param {any} value */
  add(value) {
    this.last += 1;
    return this.put({ ...value, n: this.last });
  }
  /** @type {(key: unknown) => FakeRequest} */
  get(key) {
    /** @type {FakeRequest} */
    const request = { result: this.rows.get(key) };
    queueMicrotask(() => request.onsuccess?.());
    return request;
  }
  getAll() {
    return { result: [...this.rows.values()] };
  }
  delete(/** @type {unknown} */ key) {
    return { result: this.rows.delete(key) };
  }
  clear() {
    return { result: this.rows.clear() };
  }
}

/** Let this test's browser keep things, from nothing on; return its stores by name. */
export function keepNothingYet() {
  /** @type {Map<string, FakeStore>} */
  const stores = new Map();
  const database = {
    createObjectStore: (/** @type {string} */ name, /** @type {{ keyPath?: string }} */ options = {}) => stores.set(name, new FakeStore(options.keyPath)),
    transaction: () => {
      const transaction = { objectStore: (/** @type {string} */ name) => stores.get(name), oncomplete: () => {} };
      setImmediate(() => transaction.oncomplete());
      return transaction;
    },
    close: () => {},
  };
  const open = () => {
    /** @type {FakeRequest} */
    const request = { result: database };
    setImmediate(() => {
      if (!stores.size) request.onupgradeneeded?.();
      request.onsuccess?.();
    });
    return request;
  };
  Object.assign(globalThis, { indexedDB: { open } });
  return stores;
}
