// Boxes that are drawn over a picture, moved and resized.

import assert from "node:assert/strict";
import { test } from "node:test";

import { between, moved, resized, stepOf, textOf } from "../../static/labels/boxes.js";

const BOX = { left: 0.25, top: 0.5, right: 0.5, bottom: 0.75 };

test("a box may be drawn from any corner, and ends at the picture's edge", () => {
  assert.deepEqual(between({ x: 0.5, y: 1.5 }, { x: 0.25, y: 0.5 }), { left: 0.25, top: 0.5, right: 0.5, bottom: 1 });
  assert.equal(between({ x: 0.3, y: 0.3 }, { x: 0.305, y: 0.6 }), null);
});

test("a box that is moved keeps its size at the edge", () => {
  assert.deepEqual(moved(BOX, { x: -1, y: 1 }), { left: 0, top: 0.75, right: 0.25, bottom: 1 });
});

test("a box cannot be made smaller than a tap, nor larger than the picture", () => {
  assert.equal(resized(BOX, { x: -1, y: 0 }).right, 0.26);
  assert.equal(resized(BOX, { x: 0, y: 9 }).bottom, 1);
});

test("only arrow keys move", () => {
  assert.deepEqual(stepOf("ArrowUp", 0.5), { x: 0, y: -0.5 });
  assert.equal(stepOf("a", 0.5), null);
});

test("a box is sent as the server reads it", () => {
  assert.equal(textOf({ left: 1 / 3, top: 0, right: 1, bottom: 0.5 }), "0.3333 0 1 0.5");
});
