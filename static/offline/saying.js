// What is said of what waits in this browser.

import { counted, inWords } from "../words.js";
import { countOf } from "./queue.js";

/** Return what every page says: no network, what waits, what the student has to see to. @type {(counts: Counts, uncounted: number, isOnline: boolean) => string[]} */
export function sentencesFor({ answers, photos, refused, foreign }, uncounted, isOnline) {
  const found = isOnline ? [] : [inWords("No network. What you do is kept here and sent later.")];
  if (answers) found.push(counted("%(num)s answer waits to be sent.", "%(num)s answers wait to be sent.", answers));
  if (photos) found.push(counted("%(num)s page waits to be sent.", "%(num)s pages wait to be sent.", photos));
  if (refused) found.push(counted("%(num)s page was refused.", "%(num)s pages were refused.", refused));
  if (foreign) found.push(counted("%(num)s answer or photo of somebody else waits here.", "%(num)s answers and photos of somebody else wait here.", foreign));
  if (uncounted) found.push(counted("%(num)s answer could not be counted.", "%(num)s answers could not be counted.", uncounted));
  return found;
}

/** Return what would be lost with this browser's memory, whoever did it; empty: nothing. @param {Waiting[]} entries */
export function lossIn(entries) {
  const mine = { answers: 0, photos: 0, refused: 0, foreign: 0 };
  for (const owner of new Set(entries.map((entry) => entry.owner))) {
    const { answers, photos, refused } = countOf(entries.filter((entry) => entry.owner === owner), owner);
    mine.answers += answers;
    mine.photos += photos + refused;
  }
  const lost = [];
  if (mine.answers) lost.push(counted("%(num)s answer was not sent and would be lost.", "%(num)s answers were not sent and would be lost.", mine.answers));
  if (mine.photos) lost.push(counted("%(num)s page was not sent and would be lost.", "%(num)s pages were not sent and would be lost.", mine.photos));
  return lost.join(" ");
}
