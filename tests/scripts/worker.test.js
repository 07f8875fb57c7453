// The worker's rules: what it answers, with what, and what it leaves to the browser. Its world is played by fakes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { begin } from "../../static/offline/worker.js";

const HOME = "https://study.example";
const PACK = "0".repeat(32);
const TOLD = { release: "a", base: "/s/", offline: "/s/offline", review: "/s/offline/review", capture: "/s/new", share: "/s/share", icon: "/s/icon.png", files: ["/s/static/v-1/a.js"] };

/** A browser's cache, as far as the worker uses it. */
class FakeCache {
  /** @type {Map<string, Response>} */
  held = new Map();
  /** @param {string | { url: string }} request */
  static key(request) {
    return new URL(typeof request === "string" ? request : request.url, HOME).pathname;
  }
  /** @param {(string | { url: string })[]} requests */
  async addAll(requests) {
    for (const request of requests) await this.put(request, await fetch(/** @type {string} */ (FakeCache.key(request))));
  }
  /** @type {(request: string | { url: string }, answer: Response) => Promise<void>} */
  async put(request, answer) {
    this.held.set(FakeCache.key(request), answer);
  }
  /** @param {string | { url: string }} request */
  async match(request) {
    return this.held.get(FakeCache.key(request))?.clone();
  }
  /** @param {string | { url: string }} request */
  async delete(request) {
    return this.held.delete(FakeCache.key(request));
  }
  async keys() {
    return [...this.held.keys()];
  }
}

/** Begin a worker in a world of its own. @param {string} release @param {Map<string, FakeCache>} shelves */
async function world(release = "a", shelves = new Map()) {
  /** @type {Map<string, (event: object) => void>} */
  const listening = new Map();
  /** @type {string[]} */
  const asked = [];
  const state = { isOnline: true, asked, shelves };
  const caches = {
    open: async (/** @type {string} */ name) => shelves.get(name) ?? shelves.set(name, new FakeCache()).get(name),
    keys: async () => [...shelves.keys()],
    delete: async (/** @type {string} */ name) => shelves.delete(name),
    match: async (/** @type {{ url: string }} */ request) => {
      for (const shelf of shelves.values()) if (shelf.held.has(FakeCache.key(request))) return shelf.match(request);
    },
  };
  const fetching = async (/** @type {string | { url: string }} */ request) => {
    asked.push(FakeCache.key(request));
    if (!state.isOnline) throw new TypeError("away");
    return new Response(`live ${FakeCache.key(request)}`);
  };
  Object.assign(globalThis, {
    caches, fetch: fetching, location: { origin: HOME }, clients: { claim: async () => {} }, registration: {}, skipWaiting: async () => {},
    Request: class { url; constructor(/** @type {string} */ path) { this.url = HOME + path; } },
    addEventListener: (/** @type {string} */ name, /** @type {(event: object) => void} */ act) => listening.set(name, act),
  });
  begin({ ...TOLD, release });
  for (const name of ["install", "activate"]) await tell(listening, name, {});
  return {
    ...state, listening,
    goOffline: () => { state.isOnline = false; },
    /** Return the text of the worker's answer; null: it leaves it to the browser. @type {(path: string, fields?: object) => Promise<string | null>} */
    ask: async (path, fields = {}) => {
      const request = { method: "GET", mode: "navigate", referrer: "", url: path.startsWith("/") ? HOME + path : path, ...fields };
      const answer = await tell(listening, "fetch", { request });
      return answer ? (await answer).text() : null;
    },
  };
}

/** @type {(listening: Map<string, (event: object) => void>, name: string, fields: object) => Promise<Promise<Response> | null>} */
async function tell(listening, name, fields) {
  /** @type {Promise<unknown>[]} */
  const waited = [];
  /** @type {{ answer: Promise<Response> | null }} */
  const found = { answer: null };
  listening.get(name)?.({ ...fields, waitUntil: (/** @type {Promise<unknown>} */ done) => waited.push(done), respondWith: (/** @type {Promise<Response>} */ answer) => { found.answer = answer; } });
  await found.answer?.catch(() => {});
  await Promise.all(waited);
  return found.answer && Promise.resolve(found.answer);
}

test("pages come from the server while there is a network", async () => {
  const { ask } = await world();
  assert.equal(await ask("/s/review"), "live /s/review");
  assert.equal(await ask("/s/"), "live /s/");
});

test("without a network a page is as it was seen last, else the one that needs none", async () => {
  const { ask, goOffline } = await world();
  await ask(`/s/packs/${PACK}`);
  await ask("/s/progress");
  goOffline();
  assert.equal(await ask(`/s/packs/${PACK}`), `live /s/packs/${PACK}`);
  assert.equal(await ask("/s/progress"), "live /s/offline");
  assert.equal(await ask(`/s/packs/${PACK}/review`), "live /s/offline/review");
  assert.equal(await ask("/s/new"), "live /s/new");
});

test("what is not ours, or changes something, is left to the browser", async () => {
  const { ask } = await world();
  assert.equal(await ask("https://other.example/s/"), null);
  assert.equal(await ask("/elsewhere"), null);
  assert.equal(await ask("/s/analyze", { method: "POST" }), null);
  assert.equal(await ask("/s/sync/due", { mode: "cors" }), null);
});

test("another site puts no photo into the student's hand", async () => {
  const { ask } = await world();
  assert.equal(await ask("/s/share", { method: "POST", referrer: "https://other.example/" }), null);
});

test("a choice of this device renews the kept pages, and an old form for photos goes when that fails", async () => {
  const { ask, asked, shelves, goOffline } = await world();
  asked.length = 0;
  await ask("/s/settings/private", { method: "POST" });
  assert.deepEqual(asked, ["/s/settings/private", "/s/offline", "/s/offline/review", "/s/new"]);
  globalThis.fetch = async (request) => {
    if (FakeCache.key(/** @type {string} */ (request)).endsWith("/private")) return new Response("");
    throw new TypeError("away");
  };
  await ask("/s/settings/private", { method: "POST" });
  assert.deepEqual(await shelves.get("studylens-shell-a")?.keys(), ["/s/static/v-1/a.js", "/s/offline", "/s/offline/review"]);
  goOffline();
  assert.equal(await ask("/s/new"), "live /s/offline");
});

test("files are kept by their address, and a release keeps those of the one before alone", async () => {
  const shelves = new Map();
  for (const release of ["a", "b", "c"]) await world(release, shelves);
  assert.deepEqual([...shelves.keys()], ["studylens-shell-b", "studylens-shell-c"]);
  const { ask, goOffline } = await world("c", shelves);
  goOffline();
  assert.equal(await ask("/s/static/v-1/a.js", { mode: "cors" }), "live /s/static/v-1/a.js");
});
