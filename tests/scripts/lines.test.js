// What was read on this device and waits: in which order it is shown, and what a correction changes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { asRead, corrected, pagesIn } from "../../static/offline/lines.js";

/** @type {(text: string, box: number[], score?: number) => object} */
const line = (text, [left, top, right, bottom], score = 0.97) => ({ text, score, box: [[left, top], [right, top], [right, bottom], [left, bottom]] });
/** @type {(lines: object[], told?: object) => string[]} */
const shown = (lines, told = {}) => {
  const [page] = pagesIn([["together", "1"], ["lines", JSON.stringify({ name: "page.png", width: 1200, height: 1600, lines, ...told })]]);
  return page.lines.map(({ text }) => text);
};
/** @type {(start: string, left: number, count: number) => object[]} */
const column = (start, left, count) => Array.from({ length: count }, (_, n) => line(`${start} ${n} of running text`, [left, 0.2 + n * 0.04, left + 0.4, 0.235 + n * 0.04]));

test("a heading comes first, then one column after the other, however long", () => {
  const lines = [...column("right", 0.55, 3), line("Photosynthesis", [0.1, 0.1, 0.9, 0.14]), ...column("left", 0.05, 5)];
  const found = shown(lines).map((text) => text.split(" of ")[0]);
  assert.deepEqual(found, ["Photosynthesis", "left 0", "left 1", "left 2", "left 3", "left 4", "right 0", "right 1", "right 2"]);
});

test("cells of a table are read row by row", () => {
  const cells = [["Gas", "Share"], ["Nitrogen", "78 %"], ["Oxygen", "21 %"]];
  const lines = cells.flatMap(([name, share], n) => [line(share, [0.6, 0.1 + n / 10, 0.7, 0.14 + n / 10]), line(name, [0.1, 0.1 + n / 10, 0.3, 0.14 + n / 10])]);
  assert.deepEqual(shown(lines), cells.flat());
});

test("lines of a tilted page keep their order, though their boxes overlap", () => {
  const lines = [1, 0, 2].map((n) => line(`line ${n} of a tilted page`, [0.1, 0.2 + n * 0.04, 0.9, 0.247 + n * 0.04]));
  assert.deepEqual(shown(lines).map((text) => text.split(" of ")[0]), ["line 0", "line 1", "line 2"]);
});

test("vertical writing is read from right to left; specks and nothing are left out", () => {
  assert.deepEqual(shown([line("二", [0.4, 0.1, 0.5, 0.9]), line("一", [0.7, 0.1, 0.8, 0.9])], { vertical: true }), ["一", "二"]);
  assert.deepEqual(shown([line("~.", [0, 0, 0.1, 0.1], 0.3), line(" ", [0, 0.2, 0.1, 0.3])]), []);
});

test("a correction changes one line of one page, and a person is sure", () => {
  const page = (/** @type {string} */ text) => ["lines", JSON.stringify({ name: text, width: 1, height: 1, lines: [line(text, [0, 0, 1, 0.1], 0.6), line("b", [0, 0.2, 1, 0.3])] })];
  const fields = /** @type {[string, string][]} */ ([page("first"), ["private", "1"], page("secend")]);
  const found = corrected(fields, 1, 0, "second");
  assert.deepEqual([found[0], found[1]], [fields[0], fields[1]]);
  const [before, after] = pagesIn(found);
  assert.deepEqual([before.lines[0].isSure, after.lines[0].isSure, after.lines[0].text, after.lines[1].text], [false, true, "second", "b"]);
  assert.equal(after.told.lines[0].score, 1);
});

test("photos that were read while they waited are sent as text, each in its place", () => {
  const [had, made] = [{ name: "two", place: 2 }, { lines: [], place: 0 }];
  const entry = /** @type {WaitingPhotos} */ ({ n: 1, kind: "photos", key: "k", owner: "", at: 0, files: [new File([], "one"), new File([], "three")], refused: "", held: 5, fields: [["lines", JSON.stringify(had)], ["private", "1"]] });
  const found = asRead(entry, [{ ...made, name: "one" }, { ...made, name: "three" }].map((one) => JSON.stringify(one)));
  const places = found.fields.flatMap(([name, value]) => (name === "lines" ? [JSON.parse(value)] : [])).map(({ name, place }) => [name, place]);
  assert.deepEqual(places, [["two", 2], ["one", 1], ["three", 3]]);
  assert.deepEqual([found.files, found.held, found.key, found.fields[1]], [[], 0, "k", ["private", "1"]]);
});
