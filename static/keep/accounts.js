// What becomes of the accounts that this browser keeps: the server says it of each, and brings back what it has lost.

import { at, post } from "../dom.js";
import { inWords } from "../words.js";
import { alone, gather, kept, kindOf, toldOf } from "./gather.js";
import { NotKept } from "./store.js";

export const BACK = "back"; // The note that everything is back: the first page says so once.
const JSON_KIND = { Accept: "application/json" };
const ON_ITS_WAY = ["arrived", "reading", "storing", "showing", "undoing"];
const LOOK_AGAIN_MS = 700;

/** @typedef {import("./store.js").Store} Store */
/** @typedef {{ name: string, packs: number, cards: number }} Offer */

/**
 * Gather what is here, then settle: nothing is forgotten whose things have only moved into it. Throws as `settle` does.
 * @param {Store} store
 */
export function gatherAndSettle(store) {
  return alone(async () => {
    await gather(store).catch(unlessNotKept);
    return settle(store);
  });
}

/** No room for both: the server has it, and what is forgotten makes room. @param {unknown} error */
function unlessNotKept(error) {
  if (!(error instanceof NotKept)) throw error;
}

/**
 * Forget what is to be forgotten; return what can be brought back, and whether another device has something. Throws
 * NotKept, and TypeError while the server cannot say.
 * @param {Store} store @returns {Promise<{ offers: Offer[], elsewhere: boolean }>}
 */
export async function settle(store) {
  const names = await kept(store);
  const verdicts = names.length ? await judged(names) : {};
  /** @type {Offer[]} */
  const offers = [];
  for (const name of names) {
    const told = await toldOf(store, name);
    if (verdicts[name] === "forget") await store.clear(kindOf(name), { [kindOf(name)]: undefined });
    else if (verdicts[name] === "bring" || (verdicts[name] === "current" && told?.lost)) {
      offers.push({ name, packs: told?.packs ?? 0, cards: told?.cards ?? 0 });
    }
  }
  return { offers, elsewhere: Object.values(verdicts).includes("connect") };
}

/** @param {string[]} names @returns {Promise<Record<string, string>>} */
async function judged(names) {
  const asked = new URLSearchParams(names.map((name) => ["account", name]));
  const answer = await fetch(at(`/keep/accounts?${asked}`), { headers: JSON_KIND });
  if (!answer.ok) throw new TypeError(String(answer.status)); // As when the server is away: nothing is forgotten.
  return answer.json();
}

/**
 * Send a kept account home, and tell how much of it is in, from 0 to 100. Throws NotKept, TypeError away from the
 * server, and Error with a sentence when the server refuses it: then it is still kept here.
 * @param {Store} store @param {Offer} offer @param {(percent: number) => void} tell
 */
export async function bring(store, { name, packs, cards }, tell) {
  const form = new FormData();
  form.set("account", name);
  form.set("file", await fileOf(store, name), "account.json.gz");
  let found = await heard(await post(at("/keep/restore"), form, JSON_KIND));
  while (ON_ITS_WAY.includes(found.state)) {
    tell(found.percent);
    await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS));
    found = await heard(await fetch(found.status_url, { headers: JSON_KIND }));
  }
  if (found.state !== "done") throw new Error(inWords("It was stopped. Nothing came back, and this device still has it."));
  const { account } = await heard(await post(at(`/keep/restored/${found.id}`), new FormData(), JSON_KIND));
  const kind = kindOf(name);
  if (account === name) await store.put(kind, [], { [kind]: { ...(await toldOf(store, name)), since: "", lost: false } });
  await alone(() => gather(store)).catch(unlessNotKept); // First: the server may lose it again in the next minute.
  if (account !== name) await store.clear(kind, { [kind]: undefined });
  await store.put(kind, [], { [BACK]: { packs, cards } });
}

/** An account file, packed: the parts in the order of their names. @param {Store} store @param {string} name */
async function fileOf(store, name) {
  const parts = (await store.all(kindOf(name))).map(({ value }) => /** @type {Uint8Array<ArrayBuffer>} */ (value));
  return new Blob(parts, { type: "application/gzip" });
}

/** @param {Response} answer @returns {Promise<any>} */
async function heard(answer) {
  const said = await answer.json().catch(() => {
    throw new TypeError(String(answer.status)); // A page of whatever stands before a server that is away.
  });
  if (!answer.ok) throw new Error(said.error?.message ?? String(answer.status));
  return said;
}
