// The edges of a crop, as keys, fingers and turns move them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { edgesNear, moved, placeAfter, turned } from "../../static/upload/edges.js";
import { UNTOUCHED, WHOLE } from "../../static/upload/shrink.js";

const SIZE = { width: 400, height: 800 };

test("an edge stops a tenth before its opposite", () => {
  assert.equal(moved(WHOLE, "left", 2).left, 0.9);
  assert.equal(moved({ ...WHOLE, left: 0.4 }, "right", 0.1).right, 0.5);
  assert.equal(moved({ ...WHOLE, bottom: 0.3 }, "top", 1).top, 0.3 - 0.1);
});

test("an edge stays in the picture, and moves in thousandths", () => {
  assert.equal(moved(WHOLE, "top", -1).top, 0);
  assert.equal(moved(WHOLE, "bottom", 7).bottom, 1);
  assert.deepEqual(moved(WHOLE, "left", 0.12345), { left: 0.123, top: 0, right: 1, bottom: 1 });
});

test("a turn to the right takes the left edge to the top", () => {
  const edit = turned({ turns: 3, crop: { left: 0.25, top: 0, right: 1, bottom: 1 } }, true);
  assert.deepEqual(edit, { turns: 0, crop: { left: 0, top: 0.25, right: 1, bottom: 1 } });
});

test("a turn to the left undoes one to the right", () => {
  const edit = { turns: 1, crop: { left: 0.125, top: 0.25, right: 0.5, bottom: 0.75 } };
  assert.deepEqual(turned(turned(edit, true), false), edit);
});

test("four turns leave the photo as it was", () => {
  assert.deepEqual([1, 2, 3, 4].reduce((edit) => turned(edit, true), UNTOUCHED), UNTOUCHED);
});

test("arrow keys move a little, page keys more, home and end all the way", () => {
  const places = ["ArrowRight", "ArrowUp", "PageDown", "Home", "End"].map((key) => placeAfter(key, 0.5));
  assert.deepEqual(places, [0.51, 0.49, 0.6, 0, 1]);
});

test("other keys move nothing", () => {
  assert.equal(placeAfter("Tab", 0.5), undefined);
  assert.equal(placeAfter("a", 0.5), undefined);
});

test("a finger at a corner holds two edges, in the middle none", () => {
  assert.deepEqual(edgesNear(WHOLE, { x: 0.99, y: 0.01 }, SIZE), ["right", "top"]);
  assert.deepEqual(edgesNear(WHOLE, { x: 0.5, y: 0.5 }, SIZE), []);
});

test("a finger's reach is counted in pixels", () => {
  assert.deepEqual(edgesNear(WHOLE, { x: 0.06, y: 0.06 }, SIZE), ["left"]);
});
