// Where a line stands in its picture, and which picture comes next.

import assert from "node:assert/strict";
import { test } from "node:test";

import { boxFrom, scrollTo, stepFrom, viewOf, whereKept } from "../../static/packs/places.js";

test("a box is read in the order in which the page writes it", () => {
  assert.deepEqual(boxFrom("0.1 0.2 0.9 0.25"), { left: 0.1, top: 0.2, right: 0.9, bottom: 0.25 });
});

test("the middle of a box comes to the middle of the view", () => {
  const box = { left: 0.5, top: 0.75, right: 0.5, bottom: 0.75 };
  assert.deepEqual(scrollTo(box, { width: 1000, height: 2000 }, { width: 300, height: 400 }), { left: 350, top: 1300 });
});

test("steps end at the first and the last", () => {
  assert.deepEqual([-1, 0, 1, 5].map((step) => stepFrom(["1", "2", "3"], "2", step)), ["1", "2", "3", "3"]);
  assert.equal(stepFrom(["1"], "1", -1), "1");
  assert.equal(stepFrom([], "1", 1), undefined);
});

test("a page that is not shown is followed by the first", () => {
  assert.equal(stepFrom(["2", "3"], "1", 1), "2");
});

test("the student reads where the pictures are", () => {
  assert.equal(whereKept(true, false), "Kept in this browser only");
  assert.equal(whereKept(true, true), "Kept in this browser and on this server");
  assert.equal(whereKept(false, true), "Kept on this server");
});

test("a box is looked at in the picture's own pixels", () => {
  const box = { left: 0.25, top: 0.5, right: 0.75, bottom: 0.6 };
  assert.equal(viewOf(box, { width: 400, height: 1000 }), "100 500 200 100");
});
