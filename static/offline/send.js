// Send what waits: answers in parts and in order, then photos, form by form. What was taken is forgotten here, what was
// not stays. The server knows each answer and each form by its id, so nothing counts twice, whoever sends it again.

import { REFUSED, TOKEN } from "../dom.js";
import { address } from "./place.js";
import { countOf, forget, isHeld, isSentAs, replace, tell, waiting } from "./queue.js";
import { fact, setFact } from "./store.js";

const PART = 100; // Answers at once; the server takes twice as many.
const LOCK = "studylens-send";
const SEND_MS = 120_000; // A photo on a slow way, and a server that has just been woken.
const LATER = [401, 403, 408, 409, 425, 429]; // And all from 500 on: the same may be taken later.
const NOT_FOUND = 404;
const NO_ROOM = "no_room"; // A student keeps all they may: time alone makes no room.
const MOST_REST_MS = 3_600_000; // A clock that was set back must not stop photos for years.
const JSON_ONLY = { Accept: "application/json" };

/** The server could not be reached, or takes nothing just now; what waits goes on waiting. */
export class NotNow extends Error {}

/** Send all that is mine and return what is left; one page or worker at a time. Throws NotNow, NoStore. @returns {Promise<Counts>} */
export function sendAll() {
  if (!globalThis.navigator?.locks) return sendNow();
  return navigator.locks.request(LOCK, sendNow);
}

async function sendNow() {
  if (!(await waiting()).length) return countOf([], null);
  const hello = await greet();
  const mine = (await waiting()).filter((entry) => isSentAs(entry, hello.owner));
  await sendAnswers(mine.filter((entry) => entry.kind === "answer"), hello);
  const photos = (await isResting()) ? [] : mine;
  for (const { n } of photos) {
    const entry = (await waiting()).find((one) => one.n === n); // As it is now: others take their time before it.
    if (entry?.kind === "photos" && !entry.refused && !isHeld(entry)) await sendPhotos(entry, hello);
  }
  return countOf(await waiting(), hello.owner);
}

/** Ask who is known here, with a fresh token for forms. Throws NotNow. @returns {Promise<Hello>} */
export async function greet() {
  const answer = await reach(address("/sync/hello"), { headers: JSON_ONLY });
  if (!answer.ok) throw new NotNow();
  const { form_token: token, owner } = await answer.json();
  if (owner) await setFact("owner", owner);
  return { token, owner };
}

/** @type {(url: string, options: RequestInit) => Promise<Response>} */
async function reach(url, options) {
  try {
    return await fetch(url, { ...options, signal: AbortSignal.timeout(SEND_MS) });
  } catch {
    throw new NotNow();
  }
}

/** Post a form with this moment's token, and once more with a fresh one when it had become stale; as nobody else, when somebody else has come meanwhile. @type {(url: string, body: FormData, hello: Hello, headers?: Record<string, string>) => Promise<Response>} */
async function post(url, body, hello, headers = {}) {
  const send = () => reach(url, { method: "POST", body, headers: { ...JSON_ONLY, ...headers, [TOKEN]: hello.token } });
  const answer = await send();
  if (answer.status !== REFUSED) return answer;
  const { owner } = hello;
  Object.assign(hello, await greet());
  if (owner !== null && owner !== hello.owner) throw new NotNow();
  return send();
}

/** @type {(answers: WaitingAnswer[], hello: Hello) => Promise<void>} */
async function sendAnswers(answers, hello) {
  for (const part of partsOf(answers, PART)) {
    const body = new FormData();
    body.set("answers", JSON.stringify(part.map((entry) => spoken(entry, Date.now()))));
    body.set("owner", hello.owner ?? "");
    const answer = await post(address("/sync/answers"), body, hello);
    if (!answer.ok) throw new NotNow();
    const { outcomes } = await answer.json();
    await tell(lost(part, outcomes));
    await forget(part.slice(0, outcomes.length).map(({ n }) => n));
  }
}

/** @type {<T>(all: T[], size: number) => T[][]} */
export function partsOf(all, size) {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size));
}

/** Return an answer as it is sent: how long ago by this clock, which may be wrong by years. @type {(entry: WaitingAnswer, now: number) => object} */
export function spoken({ uid, key, rating, ms, at }, now) {
  return { uid, key, rating, ms, ago: Math.round(now - at) };
}

/** Return the answers that were not counted, by name. @type {(part: WaitingAnswer[], outcomes: string[]) => Told[]} */
export function lost(part, outcomes) {
  const left = part.map((entry, place) => ({ front: entry.front, why: outcomes[place] ?? "" }));
  return left.filter(({ why }) => ["away", "unknown", "bad"].includes(why));
}

/** @type {(entry: WaitingPhotos, hello: Hello) => Promise<void>} */
async function sendPhotos(entry, hello) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  for (const file of entry.files) body.append("image", file, file.name);
  const answer = await post(address("/analyze?wait=0"), body, hello, { "Idempotency-Key": entry.key });
  const told = await answer.json().catch(() => null);
  if (answer.ok && told?.batch) {
    await setFact("sent", [...((await fact("sent")) ?? []), told.batch].slice(-5));
    await forget([entry.n]);
  } else if (answer.ok || isForLater(answer.status, told)) { // Also a page of the network's own, to sign in to it.
    await rest(Number(answer.headers.get("Retry-After")));
    throw new NotNow();
  } else {
    await refuse(entry, answer.status, told);
  }
}

/** @type {(status: number, told: Refusal | null) => boolean} */
function isForLater(status, told) {
  return LATER.includes(status) || (status >= 500 && told?.error?.code !== NO_ROOM);
}

/** Send no photo before the server wants one again: each try would carry all of it. @param {number} seconds */
async function rest(seconds) {
  if (seconds > 0) await setFact("rest", Date.now() + seconds * 1000);
}

async function isResting() {
  const left = ((await fact("rest")) ?? 0) - Date.now();
  return left > 0 && left <= MOST_REST_MS;
}

/** The server will not take it: it stays here with the reason, unless only the pack is gone that it was meant for. @type {(entry: WaitingPhotos, status: number, told: Refusal | null) => Promise<void>} */
async function refuse(entry, status, told) {
  const fields = entry.fields.filter(([name]) => name !== "into");
  if (status === NOT_FOUND && fields.length < entry.fields.length) {
    await replace({ ...entry, fields });
    return;
  }
  await replace({ ...entry, refused: told?.error?.message ?? String(status) });
}
