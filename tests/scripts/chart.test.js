// What a chart shows of its table.

import assert from "node:assert/strict";
import { test } from "node:test";

import { numberIn, options, readTable, words } from "../../static/progress/chart.js";

const LOOK = { ink: "#000", line: "#ccc", soft: "#666", isStill: false };
const HEADERS = ["Pack", "Known", "New"];
const ROWS = [[" Osmosis ", "1,234", "–"], ["Cells", "5", " 0 "]];

/** @type {(kind: string, rows?: string[][]) => import("../../static/progress/chart.js").Table} */
const table = (kind, rows = ROWS) => readTable({ kind, headers: HEADERS, rows, columns: [1, 2], room: 8 });

test("a dash is no number, and thousands have commas", () => {
  assert.deepEqual(["1,234", " 7 ", "0.5", "–", ""].map(numberIn), [1234, 7, 0.5, null, null]);
});

test("columns become series, first cells labels, all cells notes", () => {
  const { labels, series, notes } = table("bars");
  assert.deepEqual(labels, ["Osmosis", "Cells"]);
  assert.deepEqual(series, [{ label: "Known", data: [1234, 5] }, { label: "New", data: [null, 0] }]);
  assert.deepEqual(notes[0], ["Known: 1,234", "New: –"]);
});

test("lying charts show twelve bars, standing ones all", () => {
  const many = Array.from({ length: 40 }, (_, n) => [`${n}`, "1", "2"]);
  assert.equal(table("stacked", many).labels.length, 12);
  assert.equal(table("bars", many).labels.length, 40);
  assert.equal(table("percent", many).labels.length, 40);
});

test("days are written short, other labels stay", () => {
  assert.deepEqual(["2026-03-03", "2026-12-31", "Osmosis", "2026-3"].map(words), ["3 Mar", "31 Dec", "Osmosis", "2026-3"]);
});

test("the values of a lying chart run along x", () => {
  const lying = options(table("stacked"), "stacked", LOOK);
  assert.deepEqual([lying.indexAxis, lying.scales?.x?.stacked, lying.plugins?.legend?.display], ["y", true, true]);
  assert.equal(options(table("bars"), "bars", LOOK).indexAxis, "x");
});

test("percentages end at 100", () => {
  assert.equal(options(table("percent"), "percent", LOOK).scales?.y?.max, 100);
  assert.equal(options(table("lying-percent"), "lying-percent", LOOK).scales?.x?.max, 100);
  assert.equal(options(table("bars"), "bars", LOOK).scales?.y?.max, undefined);
});

test("who wants it still gets no animation", () => {
  assert.equal(options(table("bars"), "bars", { ...LOOK, isStill: true }).animation, false);
});
