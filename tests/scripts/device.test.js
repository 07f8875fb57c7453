// Whose a browser is: what was taken along goes with another student, and stays with who signs in again.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { changeDevice } from "../../static/offline/device.js";
import { addAnswer, waiting } from "../../static/offline/queue.js";
import { CARDS, allCards, fact, inStores } from "../../static/offline/store.js";
import { keepNothingYet } from "./fake_store.js";

let owner = "me";
let isReminded = true;
/** @type {Map<string, Set<string>>} */
let shelves;

beforeEach(async () => {
  keepNothingYet();
  [owner, isReminded] = ["me", true];
  shelves = new Map([["studylens-shell-a", new Set(["/new"])], ["studylens-pages", new Set(["/packs/1"])]]);
  const pushManager = { getSubscription: async () => ({ unsubscribe: async () => { isReminded = false; } }) };
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { serviceWorker: { getRegistration: async () => ({ pushManager }) } } });
  const shelf = (/** @type {string} */ name) => ({
    delete: async (/** @type {string} */ path) => shelves.get(name)?.delete(path),
    add: async (/** @type {Request} */ { url }) => shelves.get(name)?.add(`${url} anew`),
  });
  Object.assign(globalThis, {
    caches: { keys: async () => [...shelves.keys()], open: async (/** @type {string} */ name) => shelf(name), delete: async (/** @type {string} */ name) => shelves.delete(name) },
    Request: class { constructor(/** @type {string} */ url) { this.url = url; } },
    fetch: async () => new Response(JSON.stringify({ form_token: "t", owner })),
  });
  await changeDevice("first");
  await inStores(CARDS, "readwrite", (at) => at(CARDS).put({ uid: "u" }));
  await addAnswer({ key: "k", at: 0, uid: "other", rating: 3, ms: 1, front: "f", isNew: false });
});

test("who signs in again, or makes an account, keeps cards, pages and reminders", async () => {
  await changeDevice("second");
  assert.deepEqual([(await allCards()).length, shelves.has("studylens-pages"), isReminded], [1, true, true]);
  assert.equal(await fact("device"), "second");
});

test("with another student all of it goes but what waits, and the form for photos is fetched anew", async () => {
  owner = "you";
  await changeDevice("second");
  assert.deepEqual([(await allCards()).length, shelves.has("studylens-pages"), isReminded], [0, false, false]);
  assert.deepEqual([...(shelves.get("studylens-shell-a") ?? [])], ["/new anew"]);
  assert.deepEqual((await waiting()).map((entry) => entry.owner), ["me"]);
  assert.deepEqual([await fact("device"), await fact("owner")], ["second", "you"]);
});
