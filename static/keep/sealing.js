// Seals what this browser keeps: AES-GCM with a key that the browser itself holds and shows to nobody, pages included.

const CIPHER = "AES-GCM";
const IV_BYTES = 12; // What AES-GCM wants; random, and new for every item.
const BYTES = 1; // The first byte of what is sealed says what follows.
const JSON_TEXT = 2;

/** @typedef {{ iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer }} Box */

/** Return a key that cannot be read, only used. @returns {Promise<CryptoKey>} */
export function newKey() {
  return crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Seal what JSON can say, or a Uint8Array; it opens in its own place alone. @param {CryptoKey} key @param {string[]} place @param {unknown} value @returns {Promise<Box>} */
export async function sealed(key, place, value) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  return { iv, sealed: await crypto.subtle.encrypt(terms(iv, place), key, packed(value)) };
}

/** Return what was sealed in this place. Rejects for anything else. @param {CryptoKey} key @param {string[]} place @param {Box} box @returns {Promise<unknown>} */
export async function unsealed(key, place, box) {
  const bytes = new Uint8Array(await crypto.subtle.decrypt(terms(box.iv, place), key, box.sealed));
  return bytes[0] === BYTES ? bytes.subarray(1) : JSON.parse(new TextDecoder().decode(bytes.subarray(1)));
}

/** @param {Uint8Array<ArrayBuffer>} iv @param {string[]} place */
function terms(iv, place) {
  return { name: CIPHER, iv, additionalData: new TextEncoder().encode(JSON.stringify(place)) };
}

/** @param {unknown} value */
function packed(value) {
  const isBytes = value instanceof Uint8Array;
  const inside = isBytes ? value : new TextEncoder().encode(JSON.stringify(value));
  const bytes = new Uint8Array(1 + inside.length);
  bytes[0] = isBytes ? BYTES : JSON_TEXT;
  bytes.set(inside, 1);
  return bytes;
}
