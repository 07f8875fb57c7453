// What answering a card needs besides the page: which key presses what, and how long the student took.

const LONGEST_MS = 600_000;
const NAMED = new Map([
  ["u", '[data-act="undo"]'],
  ["e", '[data-act="edit"]'],
  ["p", '[data-act="pause"]'],
  ["g", '[data-act="page"]'],
  ["h", '[data-act="hear"]'],
]);

/** Return the selector of the button that a key presses, or null. @type {(key: string, isRevealed: boolean) => string | null} */
export function pressedBy(key, isRevealed) {
  if (key === " ") return isRevealed ? "#review-rate .primary" : "#review-show";
  if (/^[1-4]$/.test(key)) return isRevealed ? `[data-key="${key}"]` : null;
  return NAMED.get(key) ?? null;
}

/** Hidden time does not count: nobody thinks about a card there. */
export class Stopwatch {
  #now;
  #seen = 0; // Milliseconds until the page was hidden or shown last.
  /** @type {number | null} */
  #since; // When it was shown; null while it is hidden.

  /** @param {boolean} hidden  Whether the page is. @param {() => number} now  Milliseconds, never put back. */
  constructor(hidden, now = () => performance.now()) {
    this.#now = now;
    this.#since = hidden ? null : now();
  }

  /** @param {boolean} hidden */
  turn(hidden) {
    this.#seen = this.#total();
    this.#since = hidden ? null : this.#now();
  }

  /** Return whole milliseconds, 0 to ten minutes. */
  get spent() {
    return Math.min(Math.round(this.#total()), LONGEST_MS);
  }

  #total() {
    return this.#seen + (this.#since === null ? 0 : this.#now() - this.#since);
  }
}
