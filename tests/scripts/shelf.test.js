// The reader's files: fetched once, kept, and believed only with their checksum.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";

import { Damaged, contentOf, filesAt, missing } from "../../static/reader/shelf.js";

const PACKED = gzipSync("a network");
const TOLD = { url: "/reader/detection.onnx.gz?v=1", bytes: PACKED.length, sha256: createHash("sha256").update(PACKED).digest("hex") };
/** @type {Map<string, Response>} */
const kept = new Map();
let asked = 0;
/** @type {() => Response} */
let answer = () => new Response(PACKED);

beforeEach(() => {
  kept.clear();
  asked = 0;
  answer = () => new Response(PACKED);
});

const shelf = {
  match: async (/** @type {string} */ url) => kept.get(url)?.clone(),
  put: async (/** @type {string} */ url, /** @type {Response} */ response) => void kept.set(url, response),
  delete: async (/** @type {string | { url: string }} */ which) => kept.delete(typeof which === "string" ? which : which.url),
  keys: async () => [...kept.keys()].map((url) => ({ url })),
};
Object.assign(globalThis, {
  caches: { open: async () => shelf },
  location: { href: "https://studylens.example/new" },
  fetch: async () => {
    asked += 1;
    return answer();
  },
});

const nobody = () => {};
/** @param {ArrayBuffer} content */
const text = (content) => new TextDecoder().decode(content);

test("a file is fetched once, and unpacked each time", async () => {
  let arrived = 0;
  assert.equal(await missing([TOLD]), PACKED.length);
  assert.equal(text(await contentOf(TOLD, (bytes) => (arrived += bytes))), "a network");
  assert.equal(text(await contentOf(TOLD, nobody)), "a network");
  assert.deepEqual([asked, arrived, await missing([TOLD])], [1, PACKED.length, 0]);
});

test("a file that is not what was promised is neither used nor kept", async () => {
  for (const wrong of [gzipSync("another network!"), PACKED.subarray(4), gzipSync("a networK")]) {
    answer = () => new Response(/** @type {BodyInit} */ (wrong));
    await assert.rejects(contentOf(TOLD, nobody), Damaged);
    assert.equal(kept.size, 0);
  }
});

test("a kept file that was damaged goes, and is fetched again next time", async () => {
  kept.set(TOLD.url, new Response("damaged"));
  await assert.rejects(contentOf(TOLD, nobody), Damaged);
  assert.equal(text(await contentOf(TOLD, nobody)), "a network");
  assert.equal(asked, 1);
});

test("a new file takes the place of the one before it", async () => {
  kept.set("/reader/detection.onnx.gz?v=0", new Response("old"));
  kept.set("/reader/exact.onnx.gz?v=0", new Response("another"));
  await contentOf(TOLD, nobody);
  assert.deepEqual([...kept.keys()].sort(), ["/reader/detection.onnx.gz?v=1", "/reader/exact.onnx.gz?v=0"]);
});

test("a refusal of the server is no file", async () => {
  answer = () => new Response("gone", { status: 404 });
  await assert.rejects(contentOf(TOLD, nobody), /404/);
  assert.equal(kept.size, 0);
});

test("without a network the files are those that were known last", async () => {
  const files = { files: { detection: TOLD }, script: "/static/v-1/vendor/ort.min.js" };
  answer = () => Response.json(files);
  assert.deepEqual(await filesAt("/reader"), files);
  answer = () => assert.fail("no network");
  assert.deepEqual(await filesAt("/reader"), files);
  kept.clear();
  await assert.rejects(filesAt("/reader"), /not known/);
});

test("a page that a network puts in the way does not take the place of what is known", async () => {
  const files = { files: { detection: TOLD }, script: "/static/v-1/vendor/ort.min.js" };
  answer = () => Response.json(files);
  await filesAt("/reader");
  answer = () => new Response("<p>Sign in to this network</p>");
  assert.deepEqual(await filesAt("/reader"), files);
  assert.deepEqual(await filesAt("/reader"), files);
});

test("a browser that has no room left still reads", async () => {
  answer = () => Response.json({ files: {}, script: "/s" });
  const { put } = shelf;
  shelf.put = () => Promise.reject(new Error("QuotaExceededError"));
  assert.deepEqual(await filesAt("/reader"), { files: {}, script: "/s" });
  shelf.put = put;
});
