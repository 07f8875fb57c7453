// Take along what is due within two weeks: asked for now and then while there is a network, in parts, and only when
// something has changed. Cards whose answer waits here stay away.

import { PICTURES } from "./caches.js";
import { address } from "./place.js";
import { waiting } from "./queue.js";
import { CARDS, FACES, STATE, inStores, takenAlong } from "./store.js";

const DUE = "/sync/due";
const REST_MS = 5 * 60_000; // A page asks once in so long; the server says in one line that nothing has changed.
const MOST_PARTS = 25; // 2,000 known cards and 2,000 new ones, and then some.
const MOST_PICTURES = 100; // Of cards; each has 20 to 110 kB.
const UNCHANGED = 304;

/**
 * Take along what is due, unless it was done a moment ago and the page shows the same number of due cards (`due`) as then;
 * null: the page shows none, so it says nothing.
 * Throws NoStore; away from the server nothing changes.
 * @param {{ now?: boolean, due?: string | null }} [wish]
 */
export async function carry({ now = false, due: shown = null } = {}) {
  const taken = await takenAlong();
  const isFresh = taken !== undefined && Date.now() - taken.askedAt < REST_MS && taken.askedAt <= Date.now();
  const due = shown ?? taken?.due ?? "";
  if (!now && isFresh && taken.due === due) return;
  const found = await collect(taken?.stamp ?? "");
  if (found === "unchanged" && taken) await inStores(STATE, "readwrite", (at) => at(STATE).put({ ...taken, due, askedAt: Date.now() }, "taken"));
  if (typeof found === "object" && found) await keep(found, due);
}

/** Return all parts; "unchanged"; or null for a newcomer and where the server does not answer. @param {string} stamp @returns {Promise<Gathered | "unchanged" | null>} */
async function collect(stamp) {
  /** @type {Drawn[]} */
  const cards = [];
  let [after, first] = ["", ""]; // What changes while the parts come has another stamp than the first part.
  for (let part = 0; part < MOST_PARTS; part += 1) {
    const answer = await ask(after, part === 0 ? stamp : "");
    if (answer?.status === UNCHANGED) return "unchanged";
    const body = answer?.ok ? await answer.json() : null;
    if (!body?.owner) return null;
    if (part === 0) first = answer?.headers.get("ETag") ?? "";
    cards.push(...body.cards);
    after = body.following ?? "";
    if (!after) return { ...body, stamp: first, cards };
  }
  return null;
}

/** @type {(after: string, stamp: string) => Promise<Response | null>} */
async function ask(after, stamp) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (stamp) headers["If-None-Match"] = stamp;
  try {
    return await fetch(address(after ? `${DUE}?after=${after}` : DUE), { headers, cache: "no-store" });
  } catch {
    return null;
  }
}

/** Put the new cards in place of the old ones, in one transaction. @type {(found: Gathered, due: string) => Promise<void>} */
async function keep({ cards, owner, stamp, left, per_day: perDay, buttons }, due) {
  const answered = new Set((await waiting()).map((entry) => (entry.kind === "answer" ? entry.uid : "")));
  const now = Date.now();
  await inStores([CARDS, FACES, STATE], "readwrite", (at) => {
    at(CARDS).clear();
    at(FACES).clear();
    for (const { html, ...card } of cards) {
      if (!answered.has(card.uid)) at(CARDS).put(card);
      at(FACES).put(html, card.uid);
    }
    at(STATE).put(owner, "owner");
    return at(STATE).put({ stamp, left, perDay, buttons, due, at: now, askedAt: now }, "taken");
  });
  await keepPictures(cards);
}

/** Keep the pictures of cards that only the server has, for pages without a network. @param {Drawn[]} cards */
async function keepPictures(cards) {
  if (!globalThis.caches) return;
  const wanted = picturesIn(cards.map(({ html }) => html)).slice(0, MOST_PICTURES);
  const cache = await caches.open(PICTURES);
  for (const { url } of await cache.keys()) if (!wanted.includes(new URL(url).pathname)) await cache.delete(url);
  for (const url of wanted) if (!(await cache.match(url))) await cache.add(url).catch(() => {});
}

/** Return the addresses of pictures that are ours, each once. @param {string[]} texts */
export function picturesIn(texts) {
  const found = texts.flatMap((text) => [...text.matchAll(/(?:src|href)="(\/[^"]*\/?(?:card-pictures|picture)\/\d+)"/g)].map((match) => match[1] ?? ""));
  return [...new Set(found)];
}
