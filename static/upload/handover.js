// Photos on their way from any page to the form: chosen here, taken there. A page load lies between, so they wait in
// a database of this browser, and leave it when they are taken.

const NAME = "studylens-handover";
const STORE = "files";
const KEY = "chosen";
const FRESH_MS = 60_000; // What was left lying, by a page that never loaded, must not come up days later.

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/** @type {<T>(act: (store: IDBObjectStore) => IDBRequest<T>) => Promise<T>} */
async function inStore(act) {
  const database = await openDatabase();
  try {
    return await new Promise((done, failed) => {
      const transaction = database.transaction(STORE, "readwrite");
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = () => failed(transaction.error ?? request.error);
    });
  } finally {
    database.close();
  }
}

/** Leave the files for the form; false when this browser keeps nothing. @param {File[]} files */
export async function handOver(files) {
  try {
    await inStore((store) => store.put({ files, at: Date.now() }, KEY));
    return true;
  } catch {
    return false;
  }
}

/** Return what was chosen a moment ago, and forget it. @returns {Promise<File[]>} */
export async function takeOver() {
  try {
    const left = await inStore((store) => store.get(KEY));
    if (!left) return [];
    await inStore((store) => store.delete(KEY));
    return Date.now() - left.at < FRESH_MS ? left.files : [];
  } catch {
    return [];
  }
}
