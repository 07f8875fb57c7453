// A form whose token has become stale is sent once more, and nothing of it is lost.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { TOKEN, formToken, post, renewToken } from "../../static/dom.js";

class Meta {
  content = "";
  /** @type {(name: string, value: string) => void} */
  setAttribute(_name, value) {
    this.content = value;
  }
}

/** The server: what it takes for this device's token, what it says of it, and what was sent to it. */
const server = { token: "new", told: /** @type {unknown} */ ({ form_token: "new" }), sent: /** @type {(string | null)[]} */ ([]) };
let page = new Meta();
let field = new Meta();

/** @type {(address: string, options: { method?: string, headers: Record<string, string> }) => Promise<Response>} */
async function fetch(address, { method, headers }) {
  if (method !== "POST") return Response.json(server.told);
  server.sent.push(headers[TOKEN] ?? null);
  return new Response(address, { status: headers[TOKEN] === server.token ? 200 : 403 });
}

beforeEach(() => {
  [page, field] = [new Meta(), new Meta()];
  page.content = field.content = "old";
  Object.assign(server, { token: "new", told: { form_token: "new" }, sent: [] });
  const document = { documentElement: { dataset: {} }, querySelector: () => page, querySelectorAll: () => [field] };
  Object.assign(globalThis, { HTMLMetaElement: Meta, document, fetch });
});

test("a refused form is sent once more with the new token, which the other forms get too", async () => {
  assert.equal((await post("/look", "a=b")).status, 200);
  assert.deepEqual(server.sent, ["old", "new"]);
  assert.deepEqual([page.content, field.content], ["new", "new"]);
});

test("a refusal that is not the token's is the answer, and nothing is sent twice", async () => {
  server.token = "nobody's";
  page.content = "new";
  assert.equal((await post("/look", "a=b")).status, 403);
  assert.deepEqual(server.sent, ["new"]);
});

test("a form that is still refused with the new token is not sent for ever", async () => {
  server.token = "nobody's";
  assert.equal((await post("/look", "a=b")).status, 403);
  assert.deepEqual(server.sent, ["old", "new"]);
});

test("a newcomer's page learns the token after the first answer, which counts", async () => {
  server.token = page.content = "";
  assert.equal((await post("/look", "a=b")).status, 200);
  assert.deepEqual([server.sent, formToken()], [[""], "new"]);
});

test("a server that is busy takes no token away", async () => {
  server.told = { error: { code: "busy" } };
  assert.equal(await renewToken(), false);
  assert.deepEqual([page.content, field.content], ["old", "old"]);
});
