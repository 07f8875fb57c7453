// Typing an answer, and hearing a card: composing, the phone's keyboard, what is said of a gap.

import assert from "node:assert/strict";
import { test } from "node:test";

import { sayable } from "../../static/reviews/hearing.js";
import { covered, onlyComposes } from "../../static/reviews/typing.js";

test("Enter that ends the composing of a word sends nothing, in Safari too", () => {
  assert.equal(onlyComposes({ key: "Enter", isComposing: true, keyCode: 13 }), true);
  assert.equal(onlyComposes({ key: "Enter", isComposing: false, keyCode: 229 }), true);
  assert.equal(onlyComposes({ key: "Enter", isComposing: false, keyCode: 13 }), false);
  assert.equal(onlyComposes({ key: "a", isComposing: true, keyCode: 229 }), false);
});

test("what a keyboard covers is what the window has and nobody sees", () => {
  assert.equal(covered(800, { height: 500, offsetTop: 0, scale: 1 }), 300);
  assert.equal(covered(800, { height: 500, offsetTop: 120.4, scale: 1 }), 180);
  assert.equal(covered(800, { height: 800, offsetTop: 0, scale: 1 }), 0);
  assert.equal(covered(800, { height: 820, offsetTop: 0, scale: 1 }), 0);
});

test("who has zoomed in has no keyboard there", () => {
  assert.equal(covered(800, { height: 400, offsetTop: 30, scale: 2 }), 0);
});

test("a gap is a pause, and lines are no gaps", () => {
  assert.equal(sayable("____ carries\n  the energy."), "… carries the energy.");
});
