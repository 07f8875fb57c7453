// What answering a card needs besides the page: which key presses what, and how long the student took.

const LONGEST_MS = 600_000;
const TOOLS = new Map([["u", '[data-act="undo"]'], ["s", '[data-act="suspend"]']]);

/** Return the selector of the button that a key presses, or null. @type {(key: string, isRevealed: boolean) => string | null} */
export function pressedBy(key, isRevealed) {
  if (key === " ") return isRevealed ? "#review-rate .primary" : "#review-show";
  if (/^[1-4]$/.test(key)) return isRevealed ? `[data-key="${key}"]` : null;
  return TOOLS.get(key) ?? null;
}

export class Stopwatch {
  /** @param {() => number} now  Milliseconds. @param {boolean} hidden  Whether the page is. */
  constructor(now, hidden) {
    this.now = now;
    this.began = now();
    this.away = 0; // Milliseconds in which the page was hidden: nobody thinks about a card there.
    this.hiddenSince = hidden ? this.began : null;
  }

  /** @param {boolean} hidden */
  turn(hidden) {
    this.away = this.#hiddenFor();
    this.hiddenSince = hidden ? this.now() : null;
  }

  /** Return whole milliseconds, 0 to ten minutes. */
  get spent() {
    return Math.min(Math.max(Math.round(this.now() - this.began - this.#hiddenFor()), 0), LONGEST_MS);
  }

  #hiddenFor() {
    return this.away + (this.hiddenSince === null ? 0 : this.now() - this.hiddenSince);
  }
}
