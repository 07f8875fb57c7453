// The worker that looks at photos: from grey levels to sentences and lines.

import { toSay } from "../words.js";
import { linesOf } from "./lines.js";
import { brightest, cutSides, inkOf, sharpness, tiltOf } from "./measure.js";

// As the server judges (limits.py: DARK_BELOW, BLURRED_BELOW, TILTED_ABOVE); a test compares them.
export const DARK_BELOW = 60;
export const BLURRED_BELOW = 18;
export const TILTED_ABOVE = 20;
const CUT_LEFT = toSay("Lines seem to be cut off on the left. Step back a little.");
const CUT_RIGHT = toSay("Lines seem to be cut off on the right. Step back a little.");
const CUT_BOTH = toSay("Lines seem to be cut off on both sides. Step back a little.");
const LEVEL = 10; // Degrees: lines that lean more run out of the picture anyway.

/** Return what would help, the most important first. `greys`: large, middle, small. @param {import("./measure.js").Grey[]} greys @returns {Advice} */
export function look([large, middle, small]) {
  if (!large || !middle || !small) return { sentences: [], lines: [] };
  const ink = inkOf(small);
  const [light, sharp, tilt] = [brightest(small), sharpness(large), tiltOf(ink)];
  const isDark = light < DARK_BELOW;
  const isLevel = tilt !== null && Math.abs(tilt) <= LEVEL;
  const cut = isLevel && !isDark ? cutSides(ink) : [];
  const found = [
    isDark && toSay("It is dark. More light, or the flash, makes it readable."),
    !isDark && sharp > 0 && sharp < BLURRED_BELOW && toSay("It is blurred. Hold the phone still and tap to focus."),
    tilt === 90 && toSay("Its lines run up and down. Turn it, if it is on its side."),
    tilt !== null && Math.abs(tilt) > TILTED_ABOVE && tilt !== 90 && toSay("Its lines are tilted. Hold the phone level with the page."),
    cut.length > 0 && (cut.length > 1 ? CUT_BOTH : cut[0] === "left" ? CUT_LEFT : CUT_RIGHT),
  ];
  return { sentences: found.filter((sentence) => typeof sentence === "string"), lines: linesOf(inkOf(middle)) };
}

globalThis.addEventListener?.("message", ({ data }) => globalThis.postMessage({ id: data.id, advice: look(data.greys) }));
