// What a line says: run through the recognition network in chunks, decoded (analysis/ocr/recognition.py).

import { HEIGHT_PX, cutOut, isTall, toLine } from "./crops.js";
import { planesOf } from "./detect.js";
import { BICUBIC, columns, resize, turnedClockwise } from "./resample.js";

/** For each step the best character, and its probability. @typedef {{ best: number[], scores: number[] }} Steps */
/** Runs the network over BGR planes 48 px high. @typedef {(planes: Float32Array, width: number) => Promise<Steps>} Reader */
/** What a line says, and the mean score of its characters, 0-1. @typedef {{ text: string, score: number }} Said */

const MIN_WIDTH_PX = 160;
const STEP_PX = 8;
const CHUNK_PX = 1280; // The server takes half, where memory is shorter: each seam is read twice.
const CHUNK_MARGIN_PX = 64;
const CROWDED = 0.55;
const MAX_STRETCH = 1.6;
const STRETCH_STEP = 1.1;
const MIN_CHARACTERS = 8;
const SURE = 0.9;
const LETTER_RATIO = 3;
const NOTHING = 0;

/** One open recognition network and the characters that it can write. */
export class Recognizer {
  #run;
  #characters;
  /** @param {Reader} run @param {string[]} characters @param {boolean} isExact */
  constructor(run, characters, isExact) {
    this.#run = run;
    this.#characters = ["", ...characters, " "];
    this.isExact = isExact;
    this.stretch = 1; // What the last line wanted: most lines of a page are of one print.
  }

  /** Return what a line of the picture says; tall ones are tried both ways. @type {(picture: import("./resample.js").Picture, found: import("./detect.js").Found) => Promise<Said>} */
  read(picture, found) {
    return this.readCut({ cut: cutOut(picture, found), tall: isTall(found) });
  }

  /** Return what a line says that was cut out already. @param {import("./helpers.js").Cut} line @returns {Promise<Said>} */
  async readCut({ cut, tall }) {
    if (!tall) return this.#readLine(toLine(cut));
    let best = { text: "", score: 0 };
    for (const degrees of cut.height < LETTER_RATIO * cut.width ? [0, 90, 270] : [90, 270]) {
      const said = await this.#readLine(toLine(turnedClockwise(cut, degrees)));
      if (said.score > best.score) best = said;
      if (best.score >= SURE) break;
    }
    return best;
  }

  /** Return what a piece of a line says as it is, 48 px high. @param {import("./resample.js").Picture} line */
  glance(line) {
    return this.#readAt(line, 1);
  }

  /** @param {import("./resample.js").Picture} line @returns {Promise<Said>} */
  async #readLine(line) {
    const used = this.stretch;
    const said = await this.#readAt(line, used);
    const count = [...said.text].length;
    if (count >= MIN_CHARACTERS) this.stretch = Math.min(Math.max((count * STEP_PX) / line.width / CROWDED, 1), MAX_STRETCH);
    return this.stretch > used * STRETCH_STEP ? this.#readAt(line, this.stretch) : said;
  }

  /** @type {(line: import("./resample.js").Picture, stretch: number) => Promise<Said>} */
  async #readAt(line, stretch) {
    const wide = resize(line, Math.max(1, Math.round(line.width * stretch)), HEIGHT_PX, BICUBIC);
    return this.decode(await this.#stitched(wide));
  }

  /** Return what the steps say: each run of one character counts once (CTC). @param {Steps} steps @returns {Said} */
  decode({ best, scores }) {
    let [text, sum, count] = ["", 0, 0];
    for (const [n, character] of best.entries()) {
      if (character === NOTHING || character === best[n - 1]) continue;
      text += this.#characters[character];
      sum += scores[n];
      count += 1;
    }
    return { text: text.trim(), score: count ? sum / count : 0 };
  }

  /** Read all chunks of a line and join them where nothing is. @param {import("./resample.js").Picture} line @returns {Promise<Steps>} */
  async #stitched(line) {
    let { best, scores } = await this.#steps(columns(line, 0, CHUNK_PX));
    const step = CHUNK_PX - CHUNK_MARGIN_PX;
    for (let start = step; start + CHUNK_MARGIN_PX < line.width; start += step) {
      const more = await this.#steps(columns(line, start, CHUNK_PX));
      const first = start / STEP_PX;
      const seam = first + quietStep(best.slice(first), more.best);
      best = [...best.slice(0, seam), ...more.best.slice(seam - first)];
      scores = [...scores.slice(0, seam), ...more.scores.slice(seam - first)];
    }
    return { best, scores };
  }

  /** @param {import("./resample.js").Picture} part @returns {Promise<Steps>} */
  #steps(part) {
    const width = Math.max(part.width, MIN_WIDTH_PX);
    return this.#run(padded(part, width), width);
  }
}

/** Return the planes of a part, filled up with grey on its right. @type {(part: import("./resample.js").Picture, width: number) => Float32Array} */
function padded({ width: from, height, data }, width) {
  const planes = planesOf(data, 0, from * height);
  if (from === width) return planes;
  const made = new Float32Array(3 * height * width);
  for (let row = 0; row < 3 * height; row++) made.set(planes.subarray(row * from, (row + 1) * from), row * width);
  return made;
}

/** Return the step of the overlap, nearest its middle, where both chunks see no character. @type {(before: number[], after: number[]) => number} */
function quietStep(before, after) {
  const overlap = Math.min(before.length, after.length);
  const middle = Math.floor(overlap / 2);
  let found = -1;
  for (let n = 0; n < overlap; n++) {
    if (before[n] !== NOTHING || after[n] !== NOTHING) continue;
    if (found < 0 || Math.abs(n - middle) < Math.abs(found - middle)) found = n;
  }
  return found < 0 ? middle : found;
}
