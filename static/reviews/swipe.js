// When a finger's way over a card is a swipe: what is steep belongs to scrolling, what is short to nobody.

const BEGIN_PX = 12; // Before it a finger has not said where it goes.
const FLAT = 1.5; // So many times further sideways than up or down.
const SHARE = 0.28; // Of the card's width: beyond it a swipe counts however slow it was.
const LEAST_PX = 72;
const FLICK_PX = 40; // A quick one may be short.
const FLICK_PX_PER_MS = 0.6;
const LATELY_MS = 120; // A finger that has stopped since is not quick any more.

/** The way of one finger, from where and when it came down, in pixels and milliseconds. */
export class Swipe {
  /** @type {"undecided" | "sideways" | "over"} */
  #state = "undecided";
  #dx = 0;
  /** @type {{ x: number, at: number }[]} */
  #lately = [];
  #needed;
  #x;
  #y;

  /** @param {number} x @param {number} y @param {number} at @param {number} width  The card's. */
  constructor(x, y, at, width) {
    this.#x = x;
    this.#y = y;
    this.#needed = Math.max(LEAST_PX, SHARE * width);
    this.#lately.push({ x, at });
  }

  /** Follow the finger. @param {number} x @param {number} y @param {number} at */
  move(x, y, at) {
    if (this.#state === "over") return;
    this.#dx = x - this.#x;
    const dy = y - this.#y;
    if (this.#state === "undecided" && Math.hypot(this.#dx, dy) >= BEGIN_PX) {
      this.#state = Math.abs(this.#dx) > FLAT * Math.abs(dy) ? "sideways" : "over";
    }
    this.#lately = [...this.#lately.filter((point) => at - point.at <= LATELY_MS), { x, at }];
  }

  /** Whether it goes sideways, so that the card follows it. */
  get isSideways() {
    return this.#state === "sideways";
  }

  /** Pixels to the right; 0 while it is no swipe. */
  get dx() {
    return this.isSideways ? this.#dx : 0;
  }

  /** How much of the way is done, 0-1. */
  get share() {
    return Math.min(1, Math.abs(this.dx) / this.#needed);
  }

  /** What it means when the finger leaves now. @param {number} at @returns {"left" | "right" | null} */
  verdict(at) {
    if (!this.isSideways || (this.share < 1 && !this.#isFlick(at))) return null;
    return this.#dx > 0 ? "right" : "left";
  }

  /** @param {number} at */
  #isFlick(at) {
    const points = this.#lately.filter((point) => at - point.at <= LATELY_MS);
    const [first, last] = [points.at(0), points.at(-1)];
    if (!first || !last || last.at <= first.at || Math.abs(this.#dx) < FLICK_PX) return false;
    const speed = (last.x - first.x) / (last.at - first.at);
    return Math.sign(speed) === Math.sign(this.#dx) && Math.abs(speed) >= FLICK_PX_PER_MS;
  }
}
