// How a photo is laid out before it is sent, and what the student is told of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CannotShrink, UNTOUCHED, WHOLE, isUntouched, jpegName, layOut, megabytes, open, shrink } from "../../static/upload/shrink.js";

const PHOTO = { width: 4000, height: 3000 };

test("the longest side becomes the wanted one", () => {
  const { width, height, scale } = layOut(PHOTO, 1600, UNTOUCHED);
  assert.deepEqual({ width, height, scale }, { width: 1600, height: 1200, scale: { x: 0.4, y: 0.4 } });
});

test("a small picture is not made larger", () => {
  const { width, height } = layOut({ width: 30, height: 20 }, 1600, UNTOUCHED);
  assert.deepEqual({ width, height }, { width: 30, height: 20 });
});

test("a quarter turn changes width and height, a half turn does not", () => {
  assert.equal(layOut(PHOTO, 1600, { turns: 1, crop: WHOLE }).height, 1600);
  assert.equal(layOut(PHOTO, 1600, { turns: 2, crop: WHOLE }).width, 1600);
});

test("what is cut away costs no pixels", () => {
  const { width, height, middle } = layOut(PHOTO, 1600, { turns: 0, crop: { ...WHOLE, left: 0.5 } });
  assert.deepEqual({ width, height }, { width: 1067, height: 1600 });
  assert.deepEqual(middle, { x: 0, y: 1500 });
});

test("the thinnest picture keeps a pixel", () => {
  assert.equal(layOut({ width: 20_000, height: 1 }, 1600, UNTOUCHED).height, 1);
});

test("an edit that was taken back counts as none", () => {
  assert.equal(isUntouched({ turns: 0, crop: { ...WHOLE } }), true);
  assert.equal(isUntouched({ turns: 0, crop: { ...WHOLE, bottom: 0.99 } }), false);
  assert.equal(isUntouched({ turns: 1, crop: WHOLE }), false);
});

test("a file that is small enough is sent as it is", async () => {
  const file = new File(["small"], "page.png");
  assert.equal(await shrink(file, 5), file);
});

test("a file that cannot be opened is named, with its size", async () => {
  const file = new File([new Uint8Array(3 * 1024 * 1024)], "page.heic");
  await assert.rejects(open(file), (error) => error instanceof CannotShrink && /^page\.heic is 3\.0 MB/.test(error.message));
});

test("the last ending gives way to jpg", () => {
  assert.deepEqual(["a.b.png", "plain", ".heic"].map(jpegName), ["a.b.jpg", "plain.jpg", ".jpg"]);
});

test("sizes are told in the unit that fits", () => {
  assert.deepEqual([1, 99_999, 100_000, 5 * 1024 * 1024].map(megabytes), ["1 kB", "98 kB", "0.1 MB", "5.0 MB"]);
});
