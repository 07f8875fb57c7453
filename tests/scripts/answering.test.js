// Answering a card: keys, and the time that counts.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Stopwatch, pressedBy } from "../../static/reviews/answering.js";

/** A clock that is set by hand, and a stopwatch on it. @param {boolean} hidden */
function begin(hidden = false) {
  const clock = { ms: 1_000 };
  return { clock, watch: new Stopwatch(hidden, () => clock.ms) };
}

test("space shows the answer first, then takes the first choice", () => {
  assert.equal(pressedBy(" ", false), "#review-show");
  assert.equal(pressedBy(" ", true), "#review-rate .primary");
});

test("digits rate only what has been shown", () => {
  assert.equal(pressedBy("3", true), '[data-key="3"]');
  assert.equal(pressedBy("3", false), null);
  assert.equal(pressedBy("5", true), null);
});

test("letters press what they name; other keys press nothing", () => {
  assert.equal(pressedBy("u", false), '[data-act="undo"]');
  assert.equal(pressedBy("p", true), '[data-act="pause"]');
  assert.equal(pressedBy("e", true), '[data-act="edit"]');
  assert.equal(pressedBy("s", true), null);
  assert.equal(pressedBy("constructor", true), null);
});

test("the time counts from the card's beginning, in whole milliseconds", () => {
  const { clock, watch } = begin();
  clock.ms += 2_500.4;
  assert.equal(watch.spent, 2_500);
});

test("hidden time does not count, while it lasts and afterwards", () => {
  const { clock, watch } = begin();
  clock.ms += 1_000;
  watch.turn(true);
  clock.ms += 60_000;
  assert.equal(watch.spent, 1_000);
  watch.turn(false);
  clock.ms += 500;
  assert.equal(watch.spent, 1_500);
});

test("a card that was dealt to a hidden page begins when it is seen", () => {
  const { clock, watch } = begin(true);
  clock.ms += 9_000;
  watch.turn(false);
  clock.ms += 700;
  assert.equal(watch.spent, 700);
});

test("more than ten minutes count as ten", () => {
  const { clock, watch } = begin();
  clock.ms += 3_600_000;
  assert.equal(watch.spent, 600_000);
});
