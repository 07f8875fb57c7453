// The board brings itself up to date: who came, how many answered, what they chose.

import { maybe, need } from "../dom.js";

const PAUSE_MS = 2000;
const MOST_PAUSE_MS = 15_000;
const board = need(HTMLElement, "#board");
const { part = "", step = "" } = board.dataset;
let tag = "";
let pause = PAUSE_MS;

/** @param {string} html */
function replace(html) {
  const wasOpen = maybe(HTMLDetailsElement, "#spread", board)?.open;
  board.innerHTML = html; // Made by our server from what it escaped.
  const spread = maybe(HTMLDetailsElement, "#spread", board);
  if (spread && wasOpen) spread.open = true;
}

async function look() {
  try {
    const answer = await fetch(part, { headers: { Accept: "text/html", ...(tag ? { "If-None-Match": tag } : {}) } });
    const isElsewhere = answer.ok && answer.headers.get("X-Step") !== step;
    if (answer.status === 404 || isElsewhere) return window.location.reload();
    if (answer.ok) {
      tag = answer.headers.get("ETag") ?? "";
      replace(await answer.text());
    } else if (answer.status !== 304) throw new Error(`status ${answer.status}`);
    pause = PAUSE_MS;
  } catch {
    pause = Math.min(MOST_PAUSE_MS, pause * 2);
  }
  setTimeout(look, pause);
}

setTimeout(look, PAUSE_MS);
