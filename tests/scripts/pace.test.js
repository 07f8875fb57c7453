// When reading on this device is worth a word, how fast it is, and how that is said once.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { gauge } from "../../static/reader/gauge.js";
import { Offer, lasting } from "../../static/reader/offer.js";
import { gain, keepPace, pageMs, speedOf } from "../../static/reader/pace.js";

const WORK = { pages: 1, pageMs: 20_000, bytes: 0, mbit: 5 };

beforeEach(() => keepNothing());

/** Let this test's browser keep nothing yet, and return what it keeps. */
function keepNothing() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const localStorage = { getItem: (/** @type {string} */ name) => kept.get(name) ?? null, setItem: (/** @type {string} */ name, /** @type {string} */ value) => kept.set(name, value) };
  Object.assign(globalThis, { localStorage });
  return kept;
}

test("a device is suggested when it is twice as fast, and saves what is worth a question", () => {
  assert.deepEqual(gain(WORK, { photos: 120, lines: 4 }), { here: 24, there: 120 });
  assert.equal(gain(WORK, { photos: 47, lines: 4 }), null, "not twice as fast");
  assert.equal(gain({ ...WORK, pageMs: 1_000 }, { photos: 19, lines: 1 }), null, "saves 17 s");
});

test("others who wait are before the text of a device, too", () => {
  assert.equal(gain(WORK, { photos: 160, lines: 100 }), null);
});

test("what is fetched first counts, by the network that there is", () => {
  const bytes = 11_600_000;
  assert.equal(gain({ ...WORK, bytes, mbit: 1 }, { photos: 120, lines: 4 }), null);
  assert.equal(gain({ ...WORK, bytes, mbit: 8 }, { photos: 120, lines: 4 })?.here.toFixed(1), "35.6");
  assert.deepEqual([speedOf({ downlink: 8 }), speedOf({})], [8, 5]);
});

test("a server that has timed nothing yet is not called slow", () => {
  assert.equal(gain(WORK, { photos: null, lines: null }), null);
});

test("a device that could not be measured is not suggested", () => {
  assert.equal(gain({ ...WORK, pageMs: Infinity }, { photos: 1_000, lines: 0 }), null);
});

test("the benchmark goes first; what pages took goes before it", async () => {
  assert.ok(gauge() > 0);
  assert.equal(await pageMs(async () => 10), 6_600);
  keepPace(4_000);
  keepPace(8_000);
  assert.equal(await pageMs(async () => assert.fail("measured again")), 6_000);
});

test("durations are said as the server says them", () => {
  assert.deepEqual([2, 22, 89, 91, 260].map(lasting), ["5\u00A0s", "20\u00A0s", "90\u00A0s", "2\u00A0min", "4\u00A0min"]);
});

/** A note and its parts, as far as an offer uses them. */
function note() {
  const parts = { b: { textContent: "" }, ".why": { textContent: "" } };
  /** @type {((event: { target: object }) => void)[]} */
  const heard = [];
  const box = { hidden: true, querySelector: (/** @type {"b" | ".why"} */ name) => parts[name], addEventListener: (/** @type {string} */ _name, /** @type {any} */ act) => heard.push(act) };
  const press = (/** @type {string} */ value) => heard.forEach((act) => act({ target: Object.assign(new HTMLElement(), { closest: () => ({ value }) }) }));
  return { box, parts, press };
}

/** @type {(wait: object, online?: boolean) => void} */
function serverSays(wait, online = true) {
  class FakeElement {}
  Object.assign(globalThis, {
    HTMLElement: FakeElement,
    Element: FakeElement,
    document: { documentElement: { dataset: {} } },
    fetch: async () => new Response(JSON.stringify(wait)),
  });
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { onLine: online } });
}

/** @type {(found: ReturnType<typeof note>, choice?: object) => Offer} */
function offerIn({ box }, choice = {}) {
  Object.setPrototypeOf(box, HTMLElement.prototype);
  for (const part of [box.querySelector("b"), box.querySelector(".why")]) Object.setPrototypeOf(part, HTMLElement.prototype);
  return new Offer(/** @type {any} */ (box), { take: () => {}, toFetch: async () => 0, ...choice });
}

test("it is offered with both durations and the download, and not again after it was declined", async () => {
  keepPace(20_000);
  serverSays({ photos: 130, lines: 2 });
  const shown = note();
  await offerIn(shown, { toFetch: async () => 1_048_576 }).consider(1);
  assert.equal(shown.box.hidden, false);
  assert.equal(shown.parts.b.textContent, "Read on this device: about 25\u00A0s instead of about 2\u00A0min");
  assert.match(shown.parts[".why"].textContent, /First 1(\.0)? MB are fetched, once/u);
  shown.press("");
  const next = note();
  await offerIn(next).consider(1);
  assert.deepEqual([shown.box.hidden, next.box.hidden], [true, true]);
});

test("a form that is sent beside it has declined it; one that never saw it has not", async () => {
  const kept = keepNothing();
  keepPace(20_000);
  serverSays({ photos: 130, lines: 2 });
  const shown = note();
  const offer = offerIn(shown);
  offer.pass();
  assert.equal(kept.has("studylens-read-not-now"), false);
  await offer.consider(1);
  offer.pass();
  assert.equal(kept.has("studylens-read-not-now"), true);
});

test("what is found out only after the form was sent is not shown", async () => {
  keepPace(20_000);
  serverSays({ photos: 130, lines: 2 });
  const shown = note();
  const offer = offerIn(shown);
  const found = offer.consider(1);
  offer.pass();
  await found;
  assert.equal(shown.box.hidden, true);
});

test("without a network it is offered only where nothing must be fetched", async () => {
  serverSays({}, false);
  let taken = 0;
  const [there, missing] = [note(), note()];
  await offerIn(there, { take: () => (taken += 1) }).consider(1);
  await offerIn(missing, { toFetch: async () => 11_000_000 }).consider(1);
  assert.deepEqual([there.box.hidden, missing.box.hidden], [false, true]);
  there.press("1");
  assert.deepEqual([taken, there.box.hidden], [1, true]);
});
