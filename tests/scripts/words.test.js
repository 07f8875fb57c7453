// What scripts say: in English as it stands in them, else as it comes with the page.

import assert from "node:assert/strict";
import { test } from "node:test";

/** A page in Polish, which has three forms of a plural. @type {Record<string, string | string[]>} */
const polish = {
  "Sending…": "Wysyłanie…",
  "%(name)s removed.": "Usunięto %(name)s.",
  "%(num)s page chosen": ["%(num)s strona", "%(num)s strony", "%(num)s stron"],
};

const english = await import("../../static/words.js");
Object.assign(globalThis, {
  document: { documentElement: { lang: "pl" }, querySelector: () => ({ textContent: JSON.stringify(polish) }) },
});
const translated = await import(new URL("../../static/words.js?pl", import.meta.url).href);

test("English is said as it stands in the script", () => {
  assert.equal(english.inWords("Sending…"), "Sending…");
  assert.equal(english.inWords("%(name)s removed.", { name: "a.jpg" }), "a.jpg removed.");
  assert.equal(english.counted("%(num)s page chosen", "%(num)s pages chosen", 1), "1 page chosen");
  assert.equal(english.counted("%(num)s page chosen", "%(num)s pages chosen", 2), "2 pages chosen");
  assert.equal(english.inWords("%(percent)s %% from the left", { percent: 5 }), "5 % from the left");
});

test("another language comes with the page, and counts in its own way", () => {
  assert.equal(translated.inWords("Sending…"), "Wysyłanie…");
  assert.equal(translated.inWords("%(name)s removed.", { name: "a.jpg" }), "Usunięto a.jpg.");
  const told = [1, 3, 7].map((number) => translated.counted("%(num)s page chosen", "%(num)s pages chosen", number));
  assert.deepEqual(told, ["1 strona", "3 strony", "7 stron"]);
});

test("what is not translated is said in English", () => {
  assert.equal(translated.inWords("Copied"), "Copied");
  assert.equal(translated.counted("%(num)s selected", "%(num)s selected", 2), "2 selected");
});
