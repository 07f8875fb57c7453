// What is asked without a network, what waits and whose it is, and how it is sent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { picturesIn } from "../../static/offline/carry.js";
import { leftToday, packsOf, session, studyDay } from "../../static/offline/choose.js";
import { countOf, isSentAs } from "../../static/offline/queue.js";
import { lossIn, sentencesFor } from "../../static/offline/saying.js";
import { lost, partsOf, spoken } from "../../static/offline/send.js";

const NOW = new Date(2026, 2, 2, 18).getTime();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** @type {(uid: string, fields?: Partial<Card>) => Card} */
const card = (uid, fields = {}) => ({
  uid, pack: "a", title: "A", front: uid, new: false, steps: false, due: NOW - DAY, seen: NOW - 5 * DAY, stability: 5, ...fields,
});
/** @type {(fields?: Partial<WaitingAnswer>) => WaitingAnswer} */
const answer = (fields = {}) => ({
  n: 1, kind: "answer", key: "k", owner: "me", at: NOW, uid: "u", rating: 3, ms: 10, front: "f", isNew: false, ...fields,
});
/** @type {(fields?: Partial<WaitingPhotos>) => WaitingPhotos} */
const photos = (fields = {}) => ({ n: 2, kind: "photos", key: "p", owner: "me", at: NOW, files: [new File(["x"], "a.png")], fields: [], refused: "", ...fields });
const uids = (/** @type {Card[]} */ cards) => cards.map(({ uid }) => uid).join(" ");
const MANY = { known: 100, new: 20 };

test("a study day begins at 4 o'clock here", () => {
  assert.equal(studyDay(new Date(2026, 2, 3, 3, 59).getTime()), "2026-03-02");
  assert.equal(studyDay(new Date(2026, 2, 3, 4).getTime()), "2026-03-03");
});

test("steps come first, then what is most at risk, and a new card in between", () => {
  const known = ["b", "c", "d", "e", "f"].map((uid, n) => card(uid, { stability: n + 1 }));
  const cards = [card("new", { new: true, due: 0 }), ...known.reverse(), card("step", { steps: true, due: NOW + 60_000 })];
  assert.equal(uids(session(cards, MANY, NOW)), "step b c d e new f");
});

test("what is due later does not come, but for a step that is due soon", () => {
  const cards = [card("later", { due: NOW + 1 }), card("step", { steps: true, due: NOW + 21 * 60_000 })];
  assert.equal(uids(session(cards, MANY, NOW)), "");
  assert.equal(uids(session(cards, MANY, NOW + 2 * 60_000)), "later step".split(" ").reverse().join(" "));
});

test("no day has more cards than the student wants, and one pack may be chosen", () => {
  const cards = [...Array(10).keys()].flatMap((n) => [card(`k${n}`), card(`n${n}`, { new: true, pack: "b" })]);
  assert.equal(session(cards, { known: 3, new: 5 }, NOW).length, 3);
  assert.equal(session(cards, { known: 12, new: 5 }, NOW).length, 12);
  assert.equal(session(cards, { known: 30, new: 5 }, NOW).length, 15);
  assert.deepEqual(new Set(session(cards, MANY, NOW, "b").map(({ pack }) => pack)), new Set(["b"]));
});

test("what was answered here since counts against the day", () => {
  const taken = { stamp: "", left: { known: 10, new: 4 }, perDay: { known: 100, new: 20 }, buttons: [], due: "", at: NOW - HOUR, askedAt: NOW - HOUR };
  const answered = [answer({ isNew: true }), answer(), answer({ at: NOW - 2 * HOUR })];
  assert.deepEqual(leftToday(taken, answered, NOW), { known: 8, new: 3 });
  assert.deepEqual(leftToday(taken, [], NOW + DAY), { known: 100, new: 20 });
});

test("packs are named with how many cards each has", () => {
  const found = packsOf([card("a"), card("b", { pack: "z", title: "Z" }), card("c", { pack: "z", title: "Z" })]);
  assert.deepEqual(found, [{ pack: "z", title: "Z", cards: 2 }, { pack: "a", title: "A", cards: 1 }]);
});

test("nothing is sent as somebody else", () => {
  assert.ok(isSentAs(answer(), "me"));
  assert.ok(!isSentAs(answer(), "you"));
  assert.ok(isSentAs(answer({ owner: "" }), "you"));
  assert.ok(!isSentAs(answer({ owner: "" }), null));
  assert.ok(isSentAs(photos({ owner: "" }), null));
  assert.ok(!isSentAs(photos(), null));
});

test("what waits is counted by kind", () => {
  const entries = [answer(), answer(), photos(), photos({ refused: "too large" }), answer({ owner: "you" }), photos({ files: [], fields: [["text", "x"]] })];
  assert.deepEqual(countOf(entries, "me"), { answers: 2, photos: 2, refused: 1, foreign: 1 });
});

test("an answer says how long ago it was given, by a clock that may be wrong", () => {
  assert.deepEqual(spoken(answer({ at: 1_000 }), 61_000), { uid: "u", key: "k", rating: 3, ms: 10, ago: 60_000 });
});

test("parts keep the order and lose nothing", () => {
  const all = [...Array(205).keys()];
  assert.deepEqual(partsOf(all, 100).map((part) => part.length), [100, 100, 5]);
  assert.deepEqual(partsOf(all, 100).flat(), all);
  assert.deepEqual(partsOf([], 100), []);
});

test("what was not counted is named, what came before is not", () => {
  const part = ["a", "b", "c", "d"].map((front) => answer({ front }));
  assert.deepEqual(lost(part, ["counted", "away", "known", "unknown"]), [{ front: "b", why: "away" }, { front: "d", why: "unknown" }]);
});

test("a sign says what waits, and nothing where nothing does", () => {
  const none = { answers: 0, photos: 0, refused: 0, foreign: 0 };
  assert.deepEqual(sentencesFor(none, 0, true), []);
  assert.equal(sentencesFor(none, 0, false).length, 1);
  assert.deepEqual(sentencesFor({ ...none, answers: 1, photos: 2 }, 1, true), ["1 answer waits to be sent.", "2 pages wait to be sent.", "1 answer could not be counted."]);
});

test("leaving names all that would be lost, whoever did it", () => {
  assert.equal(lossIn([]), "");
  const entries = [answer(), answer({ owner: "you" }), photos(), photos({ refused: "too large" })];
  assert.equal(lossIn(entries), "2 answers were not sent and would be lost. 2 pages were not sent and would be lost.");
});

test("pictures of cards that only the server has are found, each once", () => {
  const html = '<img src="/card-pictures/7"><image href="/packs/ab/picture/2"/><img src="/card-pictures/7"><a href="/packs/ab">x</a>';
  assert.deepEqual(picturesIn([html]), ["/card-pictures/7", "/packs/ab/picture/2"]);
});
