// A picture becomes a page of boxes, step by step as the server does it (analysis/ocr/read.py). No pixel leaves.

import { findText } from "./detect.js";
import { readLines } from "./lines.js";
import { parted } from "./parting.js";
import { turnedClockwise } from "./resample.js";
import { findGrids } from "./rules.js";
import { findWay } from "./turn.js";

export const READER = "studylens-1"; // What the receipt calls it.
const DETECTION_PX = 1088;
const SURE_SCORE = 0.88; // Less is read again by the exact network.
const MIDDLE_POINTS = 16;

/** @typedef {import("./detect.js").Found} Found */
/** @typedef {import("./recognise.js").Recognizer} Recognizer */
/** @typedef {import("./recognise.js").Said} Said */
/** The networks, each opened when it is first needed. @typedef {{ detector: import("./detect.js").Detector, recognizer: () => Promise<Recognizer>, exact: () => Promise<Recognizer>, helpers: import("./helpers.js").Helper[] }} Networks */
/** What POST /analyze takes as `lines` (docs/api.md), without the photo's name. @typedef {{ width: number, height: number, reader: string, turned: number, vertical: boolean, lines: { text: string, score: number, box: number[][], middle?: number[] }[], grids: { xs: number[], ys: number[] }[] }} DevicePage */

/** Read a picture of at most 1600 px; `progress` is told the boxes that were read, and all of them. @type {(networks: Networks, picture: import("./resample.js").Picture, progress: (done: number, all: number) => void) => Promise<DevicePage>} */
export async function readPage(networks, picture, progress) {
  let found = await find(networks, picture);
  if (!found.length) return pageOf(picture, [], { turn: 0, vertical: false });
  const way = await findWay(await networks.recognizer(), picture, found);
  if (way.turn) {
    picture = turnedClockwise(picture, way.turn);
    found = await find(networks, picture);
  }
  const said = await readAll(networks, picture, found, { known: way.said, progress });
  return pageOf(picture, found.map((one, n) => ({ ...one, ...said[n] })), way);
}

/** @type {(networks: Networks, picture: import("./resample.js").Picture) => Promise<Found[]>} */
async function find({ detector }, picture) {
  return parted(picture, await findText(detector, picture, DETECTION_PX));
}

/** @type {(networks: Networks, picture: import("./resample.js").Picture, found: Found[], how: { known?: Map<Found, Said>, progress: (done: number, all: number) => void }) => Promise<Said[]>} */
async function readAll(networks, picture, found, { known, progress }) {
  const recognizer = await networks.recognizer();
  const told = (/** @type {number} */ done) => progress(done, found.length);
  const said = await readLines({ recognizer, helpers: networks.helpers, picture }, found, { known, progress: told });
  const unsure = recognizer.isExact ? [] : said.flatMap(({ score }, n) => (score < SURE_SCORE ? [n] : []));
  if (!unsure.length) return said;
  const exact = await networks.exact().catch(() => null);
  if (!exact) return said; // Without a network what was read stands, with its scores.
  for (const [done, n] of unsure.entries()) {
    said[n] = await exact.read(picture, found[n]);
    progress(found.length + done + 1, found.length + unsure.length);
  }
  return said;
}

/** @type {(picture: import("./resample.js").Picture, boxes: (Found & Said)[], way: import("./turn.js").Way) => DevicePage} */
function pageOf(picture, boxes, { turn, vertical }) {
  const { width, height } = picture;
  const lines = boxes.map(({ text, score, corners, bend }) => ({
    text,
    score: rounded(score),
    box: corners.map(({ x, y }) => [rounded(x / width), rounded(y / height)]),
    ...(bend ? { middle: middleOf(bend, height) } : {}),
  }));
  const grids = boxes.length ? findGrids(picture) : [];
  const shares = grids.map(({ xs, ys }) => ({ xs: xs.map((x) => rounded(x / width)), ys: ys.map((y) => rounded(y / height)) }));
  return { width, height, reader: READER, turned: turn, vertical, lines, grids: shares };
}

/** @type {(bend: import("./bends.js").Bend, height: number) => number[]} */
function middleOf({ ys }, height) {
  return Array.from({ length: MIDDLE_POINTS }, (_, n) => rounded(ys[Math.trunc((n * (ys.length - 1)) / (MIDDLE_POINTS - 1))] / height));
}

/** @param {number} value */
const rounded = (value) => Math.round(value * 1e6) / 1e6;
