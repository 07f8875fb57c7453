// Which way up a page is: its longest lines are read both ways (analysis/ocr/turn.py).

import { cutOut, toLine } from "./crops.js";
import { sidesOf } from "./detect.js";
import { columns, turnedClockwise } from "./resample.js";

const LINES = 6;
const PART_PX = 320;
const LONG = 2.5;
const LEAST_PX = 8;
const SURE = 0.9;
const READABLE = 0.75;
const MARGIN = 0.25;
const IDEOGRAM_SHARE = 0.5;
const IDEOGRAM = /[\u3040-\uabff]/gu;

/** Degrees clockwise to turn a page by; whether it is written in columns downwards; what was read to find out. @typedef {{ turn: number, vertical: boolean, said?: Map<Found, Said> }} Way */
/** @typedef {import("./detect.js").Found} Found */
/** @typedef {import("./recognise.js").Recognizer} Recognizer */
/** @typedef {import("./recognise.js").Said} Said */
/** @typedef {import("./resample.js").Picture} Picture */

/** Return how the page lies, upright when that is not clear. @type {(recognizer: Recognizer, picture: Picture, found: Found[]) => Promise<Way>} */
export async function findWay(recognizer, picture, found) {
  const long = found.filter(isLine);
  const lines = long.length ? long : found;
  const [tall, wide] = [lines.filter(stands), lines.filter((one) => !stands(one))];
  const isTall = lengthOf(tall) > lengthOf(wide);
  const chosen = longest(isTall ? tall : wide);
  const said = isTall ? new Map() : await whole(recognizer, picture, chosen);
  if (meanOf([...said.values()]) >= SURE) return { turn: 0, vertical: false, said };
  const cuts = chosen.map((line) => cutOut(picture, line));
  return { ...(await (isTall ? ofTall : ofWide)(recognizer, cuts)), said }; // A page that is turned is looked at anew.
}

/** Return what these lines say as they stand: most pages are upright, and then nothing is read twice. @type {(recognizer: Recognizer, picture: Picture, lines: Found[]) => Promise<Map<Found, Said>>} */
async function whole(recognizer, picture, lines) {
  const said = new Map();
  for (const line of lines) said.set(line, await recognizer.read(picture, line));
  return said;
}

/** @type {(recognizer: Recognizer, cuts: Picture[]) => Promise<Way>} */
async function ofWide(recognizer, cuts) {
  const upright = await read(recognizer, cuts, 0);
  if (upright.score >= SURE) return { turn: 0, vertical: false };
  const upsideDown = await read(recognizer, cuts, 180);
  return { turn: isClear(upsideDown.score, upright.score) ? 180 : 0, vertical: false };
}

/** @type {(recognizer: Recognizer, cuts: Picture[]) => Promise<Way>} */
async function ofTall(recognizer, cuts) {
  const right = await read(recognizer, cuts, 90);
  const left = await read(recognizer, cuts, 270);
  const ideograms = left.text.match(IDEOGRAM)?.length ?? 0;
  if (ideograms > IDEOGRAM_SHARE * Math.max(1, [...left.text].length)) return { turn: 0, vertical: true };
  const [better, worse] = [Math.max(right.score, left.score), Math.min(right.score, left.score)];
  if (!isClear(better, worse)) return { turn: 0, vertical: false };
  return { turn: right.score > left.score ? 90 : 270, vertical: false };
}

/** @type {(better: number, worse: number) => boolean} */
const isClear = (better, worse) => better >= READABLE && better - worse >= MARGIN;

/** Return the mean score of the beginnings of these lines, turned clockwise, and what they say. @type {(recognizer: Recognizer, cuts: Picture[], degrees: number) => Promise<Said>} */
async function read(recognizer, cuts, degrees) {
  const said = [];
  for (const cut of cuts) said.push(await recognizer.glance(columns(toLine(turnedClockwise(cut, degrees)), 0, PART_PX)));
  return { text: said.map(({ text }) => text).join(""), score: meanOf(said) };
}

/** Return the mean score; a single letter is no proof. @param {Said[]} said */
function meanOf(said) {
  const scores = said.map(({ text, score }) => ([...text].length > 1 ? score : 0));
  return scores.length ? scores.reduce((sum, score) => sum + score) / scores.length : 0;
}

/** @param {Found} found */
function isLine({ corners }) {
  const [low, high] = sidesOf(corners).sort((one, other) => one - other);
  return high >= LONG * low && low >= LEAST_PX;
}

/** @param {Found} found */
function stands({ corners, bend }) {
  const [width, height] = sidesOf(corners);
  return !bend && height > width;
}

/** @param {Found} found */
const sideOf = ({ corners }) => Math.max(...sidesOf(corners));
/** @param {Found[]} lines */
const lengthOf = (lines) => lines.reduce((sum, line) => sum + sideOf(line), 0);
/** @param {Found[]} lines */
const longest = (lines) => [...lines].sort((one, other) => sideOf(other) - sideOf(one)).slice(0, LINES);
