// Whether this browser keeps the account, in a word that every page can read at once: no database is opened for it.

import { toSay } from "../words.js";

const KEY = "studylens-keep";
const LOOKED = "studylens-keep-looked";
export const LOCK = "studylens-keep"; // Of the browser's tabs: one at a time gathers, or gives up.
export const ON = "on";
export const OFF = "off";

/** Why nothing is kept, by the reasons of NotKept. @type {Record<string, string>} */
export const WHY = {
  refused: toSay("This browser does not let pages keep anything (in a private window, for instance)."),
  full: toSay("This browser has no room left for it. Free some on this device, and it goes on by itself."),
  newer: toSay("Another tab has a newer version of Studylens open. Close this tab, or load it again."),
  insecure: toSay("This address is not encrypted (http), and browsers keep nothing secret then."),
  damaged: toSay("What this browser kept cannot be opened any more."),
};

/** Return "on", "off", a reason of WHY, or "" where nobody has asked yet. */
export function state() {
  return read(KEY);
}

/** @param {string} now */
export function become(now) {
  write(KEY, now);
}

/** Return when the server was asked last, in ms since 1970; 0 when something was sent since. */
export function lookedAt() {
  return Number(read(LOOKED));
}

/** @param {number} at */
export function look(at) {
  write(LOOKED, String(at));
}

/** @param {string} key */
function read(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // A browser that keeps nothing.
  }
}

/** @param {string} key @param {string} value */
function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The same, or no room.
  }
}
