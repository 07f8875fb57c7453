// How good a photo is, from its grey levels; and whether two photos show the same slide.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { BLURRED_BELOW, DARK_BELOW, TILTED_ABOVE, look } from "../../static/upload/advising.js";
import { isSamePage, linesOf } from "../../static/upload/lines.js";
import { brightest, cutSides, inkOf, sharpness, tiltOf } from "../../static/upload/measure.js";

const PAPER = 240;
const INK = 30;

/**
 * Draw rows of "words" whose lengths follow from `seed`, as black blocks on paper.
 * @param {{ rows?: number, seed?: number, left?: number, width?: number, height?: number, pitch?: number }} [wishes]
 */
function page({ rows = 14, seed = 1, left = 40, width = 480, height = 600, pitch = 36 } = {}) {
  const data = new Uint8Array(width * height).fill(PAPER);
  let order = seed;
  for (let row = 0; row < rows; row += 1) {
    let x = left;
    while (x < width - 40) {
      order = (order * 1103515245 + 12345) % 2147483648;
      const word = 12 + (order >> 8) % 60;
      for (let y = 40 + row * pitch; y < 52 + row * pitch; y += 1) {
        for (let at = Math.max(0, x); at < Math.min(width - 40, x + word); at += 1) {
          if ((at - x) % 4 < 2) data[y * width + at] = INK;
        }
      }
      x += word + 10;
    }
  }
  return { data, width, height };
}

/** @param {{ data: Uint8Array, width: number, height: number }} grey */
function onItsSide({ data, width, height }) {
  const made = new Uint8Array(data.length);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) made[x * height + y] = data[y * width + x] ?? 0;
  return { data: made, width: height, height: width };
}

/** @param {{ data: Uint8Array, width: number, height: number }} grey */
const darker = ({ data, ...size }) => ({ ...size, data: data.map((level) => level / 6) });

test("paper is as bright as its brightest, and a dark photo is not", () => {
  assert.equal(brightest(page()), PAPER);
  assert.ok(brightest(darker(page())) < DARK_BELOW);
});

test("a level page has no tilt, one on its side stands upright, an empty one has no lines", () => {
  assert.equal(Math.abs(tiltOf(inkOf(page())) ?? 90), 0);
  assert.equal(tiltOf(inkOf(onItsSide(page()))), 90);
  assert.equal(tiltOf(inkOf(page({ rows: 0 }))), null);
});

test("lines that begin outside the picture are cut off there, and nowhere else", () => {
  assert.deepEqual(cutSides(inkOf(page({ left: -30 }))), ["left"]);
  assert.deepEqual(cutSides(inkOf(page())), []);
});

test("letters that fade into the paper are less sharp than those with edges", () => {
  const sharp = page({ width: 640, height: 640, pitch: 40, rows: 15 });
  const soft = { ...sharp, data: sharp.data.slice() };
  for (let round = 0; round < 6; round += 1) {
    for (let at = 2; at < soft.data.length - 2; at += 1) {
      soft.data[at] = ((soft.data[at - 1] ?? 0) + (soft.data[at] ?? 0) + (soft.data[at + 1] ?? 0)) / 3;
    }
  }
  assert.ok(sharpness(sharp) > sharpness(soft));
  assert.equal(sharpness(page({ rows: 0 })), 0);
});

test("a slide with more lines below is the same slide, one with other words is not", () => {
  const [before, after, other] = [page({ rows: 7 }), page({ rows: 14 }), page({ rows: 14, seed: 99 })].map((grey) => linesOf(inkOf(grey)));
  assert.equal(before?.length, 7);
  assert.ok(isSamePage(before ?? [], after ?? []));
  assert.ok(!isSamePage(after ?? [], other ?? []));
  assert.ok(!isSamePage([], []));
});

test("nothing is said of a good page, and a dark one is told so first", () => {
  const greys = (/** @type {ReturnType<typeof page>} */ grey) => [grey, grey, grey];
  assert.deepEqual(look(greys(page())).sentences, []);
  assert.match(look(greys(darker(page()))).sentences[0] ?? "", /^It is dark/);
  assert.deepEqual(look([]), { sentences: [], lines: [] });
});

test("the limits are those by which the server judges", () => {
  const limits = readFileSync(new URL("../../studylens/limits.py", import.meta.url), "utf8");
  const limit = (/** @type {string} */ name) => Number(RegExp(`^${name} = ([\\d.]+)`, "m").exec(limits)?.[1]);
  assert.deepEqual([DARK_BELOW, BLURRED_BELOW, TILTED_ABOVE], ["DARK_BELOW", "BLURRED_BELOW", "TILTED_ABOVE"].map(limit));
});
