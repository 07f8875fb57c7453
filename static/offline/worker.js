// The worker of one release: pages from the server while there is a network, else as they were seen last, else the
// page that needs none. It answers no POST but a photo that another app shares. A release's worker takes over at once:
// files have their version in their address and a review keeps what it knows in a database, so no open page minds.

import { handOver } from "../upload/handover.js";
import { PAGES, PICTURES, SHELL } from "./caches.js";
import { standUnder } from "./place.js";
import { remind } from "./push.js";
import { sendAll } from "./send.js";

export const SEND = "studylens-send"; // What the browser calls when there is a network again.
const SHELLS = 2; // This release's, and the one before for pages that are open still.
const MOST_PAGES = 60; // Pages of packs: 20 to 40 kB each.
const PACK_PAGE = /^\/packs\/[0-9a-f]{32}(?:\/(?:page|cards|more))?$/;
const REVIEW = /^\/(?:review|packs\/[0-9a-f]{32}\/review|review\/cram\/[0-9a-f]{32})$/;
const PICTURE = /^\/(?:card-pictures\/\d+|packs\/[0-9a-f]{32}\/picture\/\d+)$/;
const CHOICES = "/settings/";
const FILE = /^\/static\/v-/;

/** Begin the work of a release. @param {Release} told */
export function begin(told) {
  standUnder(told.base);
  const world = /** @type {WorkerWorld} */ (/** @type {unknown} */ (globalThis));
  world.addEventListener("install", (event) => event.waitUntil(install(told, world)));
  world.addEventListener("activate", (event) => event.waitUntil(activate(told, world)));
  world.addEventListener("fetch", (event) => {
    const answer = answerTo(event, told);
    if (answer) event.respondWith(answer);
  });
  world.addEventListener("sync", (event) => {
    if (event.tag === SEND) event.waitUntil(sendOrFail());
  });
  remind(told, world);
}

/** @type {(told: Release, world: WorkerWorld) => Promise<void>} */
async function install(told, world) {
  const shell = await caches.open(SHELL + told.release);
  await shell.addAll(told.files);
  await shell.addAll(pagesOf(told).map((page) => new Request(page, { cache: "reload" })));
  await world.skipWaiting();
}

/** @type {(told: Release, world: WorkerWorld) => Promise<void>} */
async function activate(told, world) {
  const shells = (await caches.keys()).filter((name) => name.startsWith(SHELL) && name !== SHELL + told.release);
  for (const name of shells.slice(0, Math.max(0, shells.length - SHELLS + 1))) await caches.delete(name);
  await world.registration.navigationPreload?.enable(); // The server is asked while this worker wakes.
  await world.clients.claim();
}

/** @param {Release} told */
const pagesOf = ({ offline, review, capture }) => [offline, review, capture];

/** Tell the browser that something is left, so that it calls again. */
async function sendOrFail() {
  const left = await sendAll();
  if (left.answers || left.photos) throw new Error("something is left");
}

/** Return the answer to a request, or null: the browser goes on as if there were no worker. @type {(event: WorkerFetch, told: Release) => Promise<Response> | null} */
function answerTo(event, told) {
  const { request } = event;
  const url = new URL(request.url);
  const path = within(url, told);
  if (path === null) return null;
  if (request.method === "POST") return answerToPost(event, path, told);
  if (request.method !== "GET") return null;
  if (request.mode === "navigate") return page(event, path, told);
  if (FILE.test(path)) return file(event, told);
  return PICTURE.test(path) ? picture(request) : null;
}

/** A choice on this device (private photos, language, look) changes the pages that are kept. @type {(event: WorkerFetch, path: string, told: Release) => Promise<Response> | null} */
function answerToPost(event, path, told) {
  const { request } = event;
  const url = new URL(request.url);
  if (url.pathname === told.share && isOurs(request, url)) return takeShared(request, told);
  if (!path.startsWith(CHOICES)) return null;
  return fetch(request).then((answer) => {
    event.waitUntil(renewPages(told));
    return answer;
  });
}

/** Fetch the kept pages anew. A form for photos that may be out of date goes: it could send as public what shall be private. @param {Release} told */
async function renewPages(told) {
  const shell = await caches.open(SHELL + told.release);
  for (const page of pagesOf(told)) {
    const answer = await fetch(page, { cache: "reload" }).catch(() => null);
    if (answer?.ok) await shell.put(page, answer);
    else if (page === told.capture) await shell.delete(page);
  }
}

/** Return a path below our base, from its slash on; null for another site. @type {(url: URL, told: Release) => string | null} */
function within({ origin, pathname }, { base }) {
  return origin === globalThis.location.origin && pathname.startsWith(base) ? `/${pathname.slice(base.length)}` : null;
}

/** Another site's page may not put a photo into the student's hand. @type {(request: Request, url: URL) => boolean} */
function isOurs({ referrer }, { origin }) {
  return !referrer || referrer === "about:client" || new URL(referrer).origin === origin;
}

/** @type {(request: Request, told: Release) => Promise<Response>} */
async function takeShared(request, { capture }) {
  const form = await request.formData();
  const files = form.getAll("image").flatMap((file) => (file instanceof File && file.size ? [file] : []));
  const isHere = files.length > 0 && (await handOver(files));
  return Response.redirect(isHere ? capture : `${capture}?lost=1`, 303);
}

/** @type {(event: WorkerFetch, path: string, told: Release) => Promise<Response>} */
async function page(event, path, told) {
  const { request } = event;
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(request));
    if (PACK_PAGE.test(path) && answer.ok) event.waitUntil(keepPage(request, answer.clone()));
    return answer;
  } catch {
    return withoutNetwork(request, path, told);
  }
}

/** @type {(request: Request, path: string, told: Release) => Promise<Response>} */
async function withoutNetwork(request, path, told) {
  const pages = await caches.open(PAGES);
  const seen = await pages.match(request, { ignoreSearch: true, ignoreVary: true });
  if (seen) return seen;
  const [offline, review, capture] = pagesOf(told);
  const fallback = REVIEW.test(path) ? review : path === `/${(capture ?? "").slice(told.base.length)}` ? capture : offline;
  const shell = await caches.open(SHELL + told.release);
  const found = [await shell.match(fallback ?? "", { ignoreVary: true }), await shell.match(offline ?? "", { ignoreVary: true })];
  return found.find((answer) => answer) ?? Response.error();
}

/** Keep a page as it was seen last, without what its address asked for; the one that was not seen for longest goes. @type {(request: Request, answer: Response) => Promise<void>} */
async function keepPage(request, answer) {
  try {
    const pages = await caches.open(PAGES);
    const address = new URL(request.url).pathname;
    await pages.delete(address);
    await pages.put(address, answer);
    const all = await pages.keys();
    for (const old of all.slice(0, Math.max(0, all.length - MOST_PAGES))) await pages.delete(old);
  } catch {
    // No room left: the page is there all the same.
  }
}

/** A file is what its address says for ever. @type {(event: WorkerFetch, told: Release) => Promise<Response>} */
async function file({ request }, told) {
  const known = await caches.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok && (answer.headers.get("Cache-Control") ?? "").includes("immutable")) {
    const shell = await caches.open(SHELL + told.release);
    await shell.put(request, answer.clone()).catch(() => {});
  }
  return answer;
}

/** @param {Request} request */
async function picture(request) {
  try {
    return await fetch(request);
  } catch {
    const kept = await caches.match(request, { cacheName: PICTURES, ignoreVary: true });
    return kept ?? Response.error();
  }
}
