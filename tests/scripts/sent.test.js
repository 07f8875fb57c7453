// What is known of photos before they are sent, and what a browser says when it keeps no picture.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { NotKept, fingerprint, told } from "../../static/packs/pictures.js";
import { knownBefore, packOf, withTwins } from "../../static/upload/sent.js";

const PACK = { title: "Osmosis", url: "/packs/1" };
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, appendix B.1.
const server = createServer(({ url, headers }, answer) => {
  answer.writeHead(url?.endsWith(ABC) && headers.accept === "application/json" ? 200 : 404);
  answer.end(JSON.stringify({ pack: PACK }));
});
let address = "";

before(async () => {
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
  const bound = server.address();
  if (bound && typeof bound === "object") address = `http://127.0.0.1:${bound.port}`;
});
after(() => server.close());

test("the fingerprint is the SHA-256 of the bytes", async () => {
  assert.equal(await fingerprint(new Blob(["abc"])), ABC);
});

test("a photo that was sent before is known with its pack, another is not", async () => {
  const [known, ...others] = await knownBefore([new File(["abc"], "one.jpg"), new File(["new"], "two.jpg")], address);
  assert.deepEqual([known?.file.name, known?.pack, known?.twin], ["one.jpg", PACK, null]);
  assert.deepEqual(others, []);
});

test("a server that does not answer counts as a photo that nobody knows", async () => {
  assert.equal(await packOf(ABC, "http://127.0.0.1:1"), null);
});

test("the second file of the same bytes is the twin of the first", () => {
  const [one, two, three] = ["one", "two", "three"].map((name) => new File([], name));
  const photos = [one, two, three].map((file) => ({ file: file ?? new File([], ""), sha256: ABC, pack: null }));
  assert.deepEqual(withTwins(photos).map((photo) => photo.twin?.name), [undefined, "one", "one"]);
});

test("files without a fingerprint are nobody's twins", () => {
  const photos = [1, 2].map(() => ({ file: new File([], "gone"), sha256: null, pack: null }));
  assert.deepEqual(withTwins(photos).map((photo) => photo.twin), [null, null]);
});

test("a picture that was not kept says why, to the student", () => {
  const error = new NotKept("full");
  assert.equal(error.reason, "full");
  assert.match(error.message, /no room left/);
});

test("a browser without memory has been told nothing", () => {
  assert.equal(told(ABC), undefined);
});
