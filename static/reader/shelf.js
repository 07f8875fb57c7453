// The reader's files: fetched once, kept in this browser, and believed only with their checksum.

/** @typedef {{ url: string, bytes: number, sha256: string }} Told */
/** What GET /reader says: files by name, and the runtime's script. @typedef {{ files: Record<string, Told>, script: string }} Files */

export const SHELF = "studylens-reader";

/** A file that is not what the server said. */
export class Damaged extends Error {}

/** Return which files there are; without a network as they were last known. Throws when nobody can say. @type {(address: string) => Promise<Files>} */
export async function filesAt(address) {
  const shelf = await caches.open(SHELF);
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  const files = answer?.ok ? await answer.json().catch(() => null) : null; // A network may answer with a page of its own.
  if (files?.files) {
    await shelf.put(address, new Response(JSON.stringify(files))).catch(() => {}); // No room left.
    return files;
  }
  const known = await shelf.match(address, { ignoreVary: true });
  if (!known) throw new Error("the reader's files are not known");
  return known.json();
}

/** Return a file's content, unpacked; `heard` is told each part of it that arrives. Throws Damaged. @type {(told: Told, heard: (bytes: number) => void) => Promise<ArrayBuffer>} */
export async function contentOf(told, heard) {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(told.url);
  const bytes = kept ? new Uint8Array(await kept.arrayBuffer()) : await fetched(told, heard);
  if ((await sha256(bytes)) !== told.sha256) {
    await shelf.delete(told.url);
    throw new Damaged(told.url);
  }
  if (!kept) await keep(shelf, told, bytes);
  return unpacked(bytes);
}

/** Return how many bytes of these files are not here yet. @type {(files: Told[]) => Promise<number>} */
export async function missing(files) {
  const shelf = await caches.open(SHELF);
  let bytes = 0;
  for (const told of files) if (!(await shelf.match(told.url))) bytes += told.bytes;
  return bytes;
}

/** @type {(told: Told, heard: (bytes: number) => void) => Promise<Uint8Array>} */
async function fetched({ url, bytes }, heard) {
  const answer = await fetch(url);
  if (!answer.ok || !answer.body) throw new Error(`${url}: ${answer.status}`);
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    if (at + value.length > bytes) throw new Damaged(url);
    whole.set(value, at);
    at += value.length;
    heard(value.length);
  }
  return whole.subarray(0, at);
}

/** Keep a file, and let go of what it replaces; without room for it, it is fetched again next time. @type {(shelf: Cache, told: Told, bytes: Uint8Array) => Promise<void>} */
async function keep(shelf, { url }, bytes) {
  try {
    const path = pathOf(url);
    for (const old of await shelf.keys()) if (pathOf(old.url) === path) await shelf.delete(old);
    await shelf.put(url, new Response(/** @type {BodyInit} */ (bytes)));
  } catch {
    // No room left.
  }
}

/** @param {string} url */
const pathOf = (url) => new URL(url, globalThis.location.href).pathname;

/** @param {Uint8Array} bytes */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {BufferSource} */ (bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Uint8Array} bytes */
function unpacked(bytes) {
  const stream = new Response(/** @type {BodyInit} */ (bytes)).body?.pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
