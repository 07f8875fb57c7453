// What is put behind a transparent picture.

import assert from "node:assert/strict";
import { test } from "node:test";

import { groundFor, inkAtTheEdge } from "../../static/upload/ground.js";

/** A picture of grey levels; null is transparent. @param {(number | null)[][]} rows */
function pixels(rows) {
  const data = rows.flat().flatMap((level) => (level === null ? [0, 0, 0, 0] : [level, level, level, 255]));
  return { data: new Uint8ClampedArray(data), width: rows[0]?.length ?? 0, height: rows.length };
}

test("dark ink gets white paper, white ink black", () => {
  assert.equal(groundFor([0, 20, 90]), "#fff");
  assert.equal(groundFor([255, 240]), "#000");
});

test("ink of both kinds gets grey, no ink white", () => {
  assert.equal(groundFor([0, 0, 255, 255]), "#808080");
  assert.equal(groundFor([]), "#fff");
});

test("only ink beside something transparent counts", () => {
  const levels = inkAtTheEdge(pixels([[10, 10, 10], [10, 200, null], [10, 10, 10]]));
  assert.deepEqual(levels.map(Math.round), [10, 200, 10]);
});

test("a picture without transparency has no ink at an edge", () => {
  assert.deepEqual(inkAtTheEdge(pixels([[0, 255], [255, 0]])), []);
});
