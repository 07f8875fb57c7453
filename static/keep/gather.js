// Brings into this browser what it lacks of the account, a step at a time. The server says what a step is, and this
// browser brings back, as it was given, where the next one begins. Parts are kept as they come: nobody looks into them.

import { at, post } from "../dom.js";
import { LOCK, OFF, state } from "./state.js";

export const ACCOUNT = "account"; // The note with the name of the account that is gathered.
const PREFIX = "account/"; // Of kinds, and of the notes about them.
const NOTHING_NEW = 204;
const JSON_KIND = "application/json"; // Instead of a step: why there is none.
const LENGTH_BYTES = 4;

/** @typedef {import("./store.js").Store} Store */
/**
 * What is known of a kept account: where the next step begins; the version of the file; what it held; when it was
 * looked at last, in ms; whether the server has lost some of it; parts that are of no use unless they come again.
 * @typedef {{ since: string, version: number, packs: number, cards: number, at: number, lost: boolean, stale: string[] }} Told
 */
/** @typedef {{ account: string, since: string, more: boolean, anew: boolean, lost: boolean, version: number, packs: number, cards: number, parts: [string, number][] }} Head */

/** @param {string} name */
export const kindOf = (name) => PREFIX + name;

/** Return the names of all accounts that are kept here. @param {Store} store */
export async function kept(store) {
  return (await store.noteNames()).filter((note) => note.startsWith(PREFIX)).map((note) => note.slice(PREFIX.length));
}

/** @param {Store} store @param {string} name @returns {Promise<Told | undefined>} */
export const toldOf = (store, name) => store.note(kindOf(name));

/**
 * Do this while no other tab gathers, or gives up what it has gathered; wait for it.
 * @template T @param {() => Promise<T>} act @returns {Promise<T>}
 */
export function alone(act) {
  return navigator.locks ? /** @type {Promise<T>} */ (navigator.locks.request(LOCK, act)) : act();
}

/**
 * Gather until nothing is lacking, or the student switches it off; say whether the account is another one than before.
 * One at a time (`alone`): of two, each would give up what the other has just got. Throws NotKept, and TypeError away
 * from the server.
 * @param {Store} store
 */
export async function gather(store) {
  const before = (await store.note(ACCOUNT)) ?? "";
  let name = before;
  for (let isFirst = true, isMore = true; isMore; isFirst = false) {
    const answer = await ask(name, (await toldOf(store, name))?.since ?? "");
    if (!answer.ok) throw new TypeError(String(answer.status)); // As when the server is away.
    if (answer.status === NOTHING_NEW || state() === OFF) break;
    if (answer.headers.get("Content-Type")?.startsWith(JSON_KIND)) {
      const said = await answer.json();
      if (!isFirst || !said.known || said.kept) break;
      name = await begin();
      continue;
    }
    const { head, parts } = opened(new Uint8Array(await answer.arrayBuffer()));
    await take(store, head, parts);
    name = head.account;
    isMore = head.more;
  }
  return before !== "" && name !== before;
}

/** @param {string} account @param {string} since */
function ask(account, since) {
  const asked = new URLSearchParams({ account, since });
  return fetch(at(`/keep?${asked}`), { headers: { Accept: "application/octet-stream, application/json" } });
}

/** Ask to keep the account; return its name, "" where nobody is known, or nothing is there to be kept. */
async function begin() {
  const answer = await post(at("/keep"), new FormData(), { Accept: JSON_KIND });
  return answer.ok ? String((await answer.json()).account) : "";
}

/** @param {Uint8Array} bytes @returns {{ head: Head, parts: Uint8Array[] }} */
export function opened(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  /** @type {Head} */
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length)));
  let at = LENGTH_BYTES + length;
  const parts = head.parts.map(([, size]) => bytes.subarray(at, (at += size)));
  return { head, parts };
}

/** @param {Store} store @param {Head} head @param {Uint8Array[]} parts */
async function take(store, head, parts) {
  const kind = kindOf(head.account);
  const { version, packs, cards, since, lost } = head;
  const told = await toldOf(store, head.account);
  if (lost) return told && store.put(kind, [], { [kind]: { ...told, lost }, [ACCOUNT]: head.account });
  const items = head.parts.map(([id], place) => ({ id, value: parts[place] }));
  const ids = new Set(head.parts.map(([id]) => id));
  let stale = (head.anew ? await store.ids(kind) : (told?.stale ?? [])).filter((id) => !ids.has(id));
  const gone = items.filter(({ value }) => !value?.length).map(({ id }) => id);
  if (!head.more) {
    gone.push(...stale);
    stale = [];
  }
  await store.put(kind, items.filter(({ value }) => value?.length));
  const now = { since, version, packs, cards, at: Date.now(), lost: false, stale };
  await store.remove(kind, gone, { [kind]: now, [ACCOUNT]: head.account });
}
