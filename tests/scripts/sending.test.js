// How what waits is sent, and what is due is taken along: with a browser's database and a server that are played.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { carry } from "../../static/offline/carry.js";
import { corrected, pagesIn } from "../../static/offline/lines.js";
import { addAnswer, addPhotos, change, told, waiting } from "../../static/offline/queue.js";
import { NotNow, sendAll } from "../../static/offline/send.js";
import { setFact, takenAlong } from "../../static/offline/store.js";
import { keepNothingYet } from "./fake_store.js";

/** @typedef {{ path: string, token: string | null, stamp: string | null }} Asked */
/** @type {Asked[]} */
let asked = [];

beforeEach(() => {
  keepNothingYet();
  asked = [];
});

/** Play a server. @param {(asked: Asked) => Response} answer */
function serve(answer) {
  globalThis.fetch = async (url, options) => {
    const headers = new Headers(options?.headers);
    const one = { path: String(url), token: headers.get("X-Form-Token"), stamp: headers.get("If-None-Match") };
    asked.push(one);
    return answer(one);
  };
}

/** @type {(body: unknown, status?: number, headers?: Record<string, string>) => Response} */
const json = (body, status = 200, headers = {}) => new Response(JSON.stringify(body), { status, headers });
const paths = () => asked.map(({ path }) => path);
const HELLO = { form_token: "a", owner: "me" };
const refusal = (/** @type {string} */ code) => ({ error: { code, message: `It is ${code}.` } });

async function photoOfMine() {
  await setFact("owner", "me");
  await addPhotos("key", [new File(["x"], "a.jpg")], [["text", ""]]);
}

test("answers go first, then photos; what was taken waits no longer, and what was not counted is told", async () => {
  await setFact("owner", "me");
  await addAnswer({ key: "k", at: Date.now(), uid: "u", rating: 3, ms: 1, front: "Cell", isNew: false });
  await photoOfMine();
  serve(({ path }) => json(path.includes("hello") ? HELLO : path.includes("answers") ? { outcomes: ["away"] } : { batch: "b" }));
  assert.deepEqual(await sendAll(), { answers: 0, photos: 0, refused: 0, foreign: 0 });
  assert.deepEqual(paths(), ["/sync/hello", "/sync/answers", "/analyze?wait=0"]);
  assert.deepEqual(await told(), [{ front: "Cell", why: "away" }]);
});

test("what is being corrected waits, goes once as it was corrected, and does not come back", async () => {
  const page = JSON.stringify({ name: "a.png", width: 1, height: 1, lines: [{ text: "Osmosls", score: 0.7, box: [[0, 0], [1, 0], [1, 1], [0, 1]] }] });
  await setFact("owner", "me");
  const n = await addPhotos("key", [], [["lines", page]]);
  let sent = "";
  serve(({ path }) => json(path.includes("hello") ? HELLO : { batch: "b" }));
  const played = globalThis.fetch;
  globalThis.fetch = async (url, options) => {
    if (options?.body instanceof FormData) sent += options.body.get("lines");
    return played(url, options);
  };
  const correct = (/** @type {number} */ held) => change(n, (entry) => ({ ...entry, held, fields: corrected(entry.fields, 0, 0, "Osmosis") }));
  assert.equal(await correct(Date.now()), true);
  assert.deepEqual([(await sendAll()).photos, sent], [1, ""]);
  await correct(Date.now() - 600_000);
  assert.equal((await sendAll()).photos, 0);
  assert.deepEqual(pagesIn([["lines", sent]])[0].lines.map(({ text, isSure }) => [text, isSure]), [["Osmosis", true]]);
  assert.equal(await correct(0), false);
  assert.deepEqual(await waiting(), []);
});

test("a stale token is asked for once more", async () => {
  await photoOfMine();
  let greeted = 0;
  serve(({ path, token }) => {
    if (path.includes("hello")) return json({ ...HELLO, form_token: `t${(greeted += 1)}` });
    return token === "t1" ? json(refusal("stale_form"), 403) : json({ batch: "b" });
  });
  assert.equal((await sendAll()).photos, 0);
});

test("a photo is not sent as whoever signs in meanwhile", async () => {
  await photoOfMine();
  let owner = "me";
  serve(({ path }) => {
    if (path.includes("hello")) return json({ form_token: owner, owner });
    owner = "you";
    return json(refusal("stale_form"), 403);
  });
  await assert.rejects(sendAll(), NotNow);
  assert.deepEqual(paths(), ["/sync/hello", "/analyze?wait=0", "/sync/hello"]);
  assert.equal((await waiting()).length, 1);
});

test("a photo rests for as long as the server asks, and answers go all the same", async () => {
  await photoOfMine();
  serve(({ path }) => (path.includes("hello") ? json(HELLO) : json(refusal("quota"), 429, { "Retry-After": "600" })));
  await assert.rejects(sendAll(), NotNow);
  await addAnswer({ key: "k", at: Date.now(), uid: "u", rating: 3, ms: 1, front: "f", isNew: false });
  serve(({ path }) => json(path.includes("hello") ? HELLO : { outcomes: ["counted"] }));
  asked = [];
  assert.deepEqual(await sendAll(), { answers: 0, photos: 1, refused: 0, foreign: 0 });
  assert.deepEqual(paths(), ["/sync/hello", "/sync/answers"]);
  await setFact("rest", Date.now() + 365 * 86_400_000); // The clock was set back since.
  serve(({ path }) => json(path.includes("hello") ? HELLO : { batch: "b" }));
  assert.equal((await sendAll()).photos, 0);
});

test("without room of the student's own a photo says so, with a full disk it waits", async () => {
  await photoOfMine();
  serve(({ path }) => (path.includes("hello") ? json(HELLO) : json(refusal("disk_full"), 507)));
  await assert.rejects(sendAll(), NotNow);
  serve(({ path }) => (path.includes("hello") ? json(HELLO) : json(refusal("no_room"), 507)));
  assert.equal((await sendAll()).refused, 1);
  assert.deepEqual((await waiting()).map((entry) => entry.kind === "photos" && entry.refused), ["It is no_room."]);
});

test("the page of a network that wants to be signed in to takes nothing", async () => {
  await photoOfMine();
  serve(({ path }) => (path.includes("hello") ? json(HELLO) : new Response("<h1>Welcome to our hotel</h1>")));
  await assert.rejects(sendAll(), NotNow);
  assert.equal((await waiting()).length, 1);
});

test("what changed while the parts came is asked for again", async () => {
  const day = { owner: "me", left: { known: 9, new: 9 }, per_day: { known: 9, new: 9 }, buttons: [] };
  const card = { pack: "p", title: "", front: "", new: false, steps: false, due: 0, seen: 0, stability: 1, html: "" };
  serve(({ path }) =>
    path.endsWith("due")
      ? json({ ...day, cards: [{ ...card, uid: "a" }], following: "new-0" }, 200, { ETag: '"before"' })
      : json({ ...day, cards: [{ ...card, uid: "b" }], following: null }, 200, { ETag: '"after"' }),
  );
  await carry({ due: "2" });
  assert.equal((await takenAlong())?.stamp, '"before"');
  await carry({ due: "2" });
  await carry(); // A page that shows no number asks for nothing.
  assert.equal(asked.length, 2);
  await carry({ due: "3" });
  assert.deepEqual(asked.map(({ stamp }) => stamp), [null, null, '"before"', null]);
});
