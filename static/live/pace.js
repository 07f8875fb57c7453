// When a phone asks again, and which of its answers still wait to be sent; knows no page and no network.

const SLOW_MS = 500; // A server that takes longer has enough to do.
const MOST_STRETCH = 4;
const MOST_SECONDS = 15;
const JITTER = 0.25; // Of a pause, either way: thirty phones that began together drift apart.

/** How far pauses are stretched after an answer that took so long; it eases when answers are quick again. @type {(stretch: number, tookMs: number) => number} */
export function stretched(stretch, tookMs) {
  return tookMs > SLOW_MS ? Math.min(MOST_STRETCH, stretch * 1.5) : Math.max(1, stretch * 0.7);
}

/** Milliseconds until the next question to the server; each failure in a row doubles them. @type {(every: number, stretch: number, failures: number, random?: number) => number} */
export function pauseMs(every, stretch, failures, random = Math.random()) {
  const seconds = Math.min(MOST_SECONDS, every * stretch * 2 ** failures);
  return Math.round(1000 * seconds * (1 - JITTER + 2 * JITTER * random));
}

/** @typedef {{ choice: number, state: "waits" | "counted" | "late" }} Answer */

/** The answers of one phone: the first to a question stays, and waits until the server has counted it. */
export class Answers {
  /** @param {string} kept As `text` gave it, or anything. @param {[number, number][]} counted Those that the server knows. */
  constructor(kept, counted) {
    /** @type {Map<number, Answer>} */
    this.all = new Map(read(kept));
    for (const [place, choice] of counted) this.all.set(place, { choice, state: "counted" });
  }

  /** Choose an option, unless one was chosen; say whether it was the first. @param {number} place @param {number} choice */
  choose(place, choice) {
    if (this.all.has(place)) return false;
    this.all.set(place, { choice, state: "waits" });
    return true;
  }

  /** What the server said: the choice that counts, or that it came too late. @param {number} place @param {number | null} choice */
  settle(place, choice) {
    const mine = this.all.get(place);
    if (choice !== null) this.all.set(place, { choice, state: "counted" });
    else if (mine) this.all.set(place, { ...mine, state: "late" });
  }

  /** The oldest answer that still waits. @returns {[number, Answer] | undefined} */
  waiting() {
    return [...this.all].find(([, { state }]) => state === "waits");
  }

  text() {
    return JSON.stringify([...this.all]);
  }
}

/** @param {string} kept @returns {[number, Answer][]} */
function read(kept) {
  try {
    const found = JSON.parse(kept);
    return Array.isArray(found) ? found.filter(isAnswer) : [];
  } catch {
    return []; // Nothing was kept, or something else.
  }
}

/** @param {unknown} entry */
function isAnswer(entry) {
  if (!Array.isArray(entry) || !Number.isInteger(entry[0])) return false;
  return Number.isInteger(entry[1]?.choice) && ["waits", "counted", "late"].includes(entry[1].state);
}
