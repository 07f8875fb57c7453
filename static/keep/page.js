// Every page of somebody who is known: when nothing else is to be done, this browser looks for what it does not keep yet.

import { LOCK, OFF, ON, become, look, lookedAt, state } from "./state.js";

const REST_MS = 60_000; // Between two looks at what other devices, or jobs, have changed.
const SOON_MS = 10_000; // After an answer: ten cards in a minute are one look, not ten.
const START_MS = 2_000; // The page comes first.

/** @type {number | undefined} */
let waiting;

/** @param {number} ms */
function later(ms) {
  clearTimeout(waiting);
  waiting = setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(lookNow), ms);
}

async function lookNow() {
  if (state() === OFF || document.visibilityState !== "visible") return;
  const lock = (/** @type {Lock | null} */ held) => held && gatherAll();
  await (navigator.locks ? navigator.locks.request(LOCK, { ifAvailable: true }, lock) : gatherAll());
}

async function gatherAll() {
  const [{ NotKept, open }, { ACCOUNT, gather }, { settle }] = await Promise.all([
    import("./store.js"),
    import("./gather.js"),
    import("./accounts.js"),
  ]);
  let store;
  try {
    look(Date.now());
    store = await open();
    if (await gather(store)) await settle(store);
    if (state() !== OFF && (await store.note(ACCOUNT))) become(ON);
  } catch (error) {
    if (error instanceof NotKept) become(error.reason);
    else if (!(error instanceof TypeError)) throw error; // Away from the server: the next look does it.
  } finally {
    store?.close();
  }
}

/** Something was sent: the account has changed. @param {number} ms */
function sent(ms) {
  look(0);
  later(ms);
}

document.addEventListener("htmx:afterRequest", ({ detail }) => detail.requestConfig.verb !== "get" && sent(SOON_MS));
document.addEventListener("submit", ({ target }) => target instanceof HTMLFormElement && target.method === "post" && sent(SOON_MS));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && later(SOON_MS));
later(Math.max(START_MS, lookedAt() + REST_MS - Date.now()));
