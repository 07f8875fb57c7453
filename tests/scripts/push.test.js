// What a worker does with a reminder: it always shows one note, and opens the review. Its world is played by fakes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { remind } from "../../static/offline/push.js";

const TOLD = { release: "a", base: "/s/", offline: "", review: "", capture: "", share: "", icon: "/s/icon.png", files: [] };

/** @param {{ url: string, focus: () => Promise<unknown> }[]} windows */
function world(windows = []) {
  /** @type {Map<string, (event: object) => void>} */
  const listening = new Map();
  /** @type {unknown[][]} */
  const shown = [];
  /** @type {string[]} */
  const opened = [];
  const fake = {
    addEventListener: (/** @type {string} */ name, /** @type {(event: object) => void} */ act) => listening.set(name, act),
    registration: { showNotification: async (/** @type {unknown[]} */ ...note) => { shown.push(note); } },
    clients: { matchAll: async () => windows, openWindow: async (/** @type {string} */ address) => { opened.push(address); } },
  };
  remind(TOLD, /** @type {WorkerWorld} */ (/** @type {unknown} */ (fake)));
  /** @type {(name: string, fields: object) => Promise<void>} */
  const tell = async (name, fields) => {
    /** @type {Promise<unknown>[]} */
    const done = [];
    listening.get(name)?.({ ...fields, waitUntil: (/** @type {Promise<unknown>} */ one) => done.push(one) });
    await Promise.all(done);
  };
  return { shown, opened, tell };
}

const note = { close: () => {} };

test("what came is shown in its language, and in place of the note before", async () => {
  const { shown, tell } = world();
  await tell("push", { data: { json: () => ({ body: "12 Karten sind fällig", lang: "de" }) } });
  const icon = "/s/icon.png";
  assert.deepEqual(shown, [["Studylens", { body: "12 Karten sind fällig", lang: "de", tag: "due", icon, badge: icon }]]);
});

test("a note without words, or with broken ones, is shown all the same", async () => {
  const { shown, tell } = world();
  await tell("push", { data: null });
  await tell("push", { data: { json: () => { throw new SyntaxError("no JSON"); } } });
  assert.equal(shown.length, 2);
});

test("a click opens the review, or goes to the window that shows it", async () => {
  const fresh = world([{ url: "https://study.example/s/library", focus: async () => assert.fail("another page") }]);
  await fresh.tell("notificationclick", { notification: note });
  assert.deepEqual(fresh.opened, ["/s/review"]);
  let focused = 0;
  const there = world([{ url: "https://study.example/s/review", focus: async () => { focused += 1; } }]);
  await there.tell("notificationclick", { notification: note });
  assert.deepEqual([focused, there.opened.length], [1, 0]);
});
