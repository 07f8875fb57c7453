// Phones in a live quiz: when they ask again, and that each answer is sent until it is counted, once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Answers, pauseMs, stretched } from "../../static/live/pace.js";

test("the first answer to a question stays and waits until it is counted", () => {
  const answers = new Answers("", []);
  assert.equal(answers.choose(0, 2), true);
  assert.equal(answers.choose(0, 1), false);
  assert.deepEqual(answers.waiting(), [0, { choice: 2, state: "waits" }]);
  answers.settle(0, 2);
  assert.equal(answers.waiting(), undefined);
});

test("what waits outlives the page, and what was counted does not wait again", () => {
  const before = new Answers("", []);
  before.choose(0, 1);
  before.choose(1, 3);
  const after = new Answers(before.text(), [[0, 1]]);
  assert.deepEqual(after.waiting(), [1, { choice: 3, state: "waits" }]);
});

test("an answer that came too late does not wait any more", () => {
  const answers = new Answers("", []);
  answers.choose(0, 1);
  answers.settle(0, null);
  assert.equal(answers.waiting(), undefined);
  assert.equal(answers.all.get(0)?.state, "late");
});

test("what a browser kept of something else is nothing", () => {
  for (const kept of ["x", "{}", "[1]", "[[0]]", '[[0, {"choice": "a", "state": "waits"}]]', "null"]) {
    assert.equal(new Answers(kept, []).all.size, 0);
  }
});

test("pauses grow with failures and with a slow server, and never beyond a bound", () => {
  assert.equal(pauseMs(3, 1, 0, 0.5), 3000);
  assert.equal(pauseMs(3, 1, 2, 0.5), 12_000);
  assert.equal(pauseMs(3, 4, 9, 0.5), 15_000);
  assert.equal(stretched(1, 100), 1);
  assert.equal(stretched(1, 900), 1.5);
  assert.equal(stretched(4, 900), 4);
  assert.ok(stretched(4, 100) < 4);
});

test("phones that began together drift apart", () => {
  assert.equal(pauseMs(4, 1, 0, 0), 3000);
  assert.equal(pauseMs(4, 1, 0, 1), 5000);
});
