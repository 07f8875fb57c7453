// Which of the cards that were taken along comes next, without a network. A study day begins at 4 o'clock; when a card
// comes back after it was answered, the server says later: until then it rests.

const DAY_MS = 86_400_000;
const ROLLOVER_MS = 4 * 3_600_000;
const AHEAD_MS = 20 * 60_000; // When nothing else is left, a step that would be due within this time comes now.
const NEW_EVERY = 5; // Every so many answers a new card comes in between.

/** Return the study day of a moment in this device's own zone, `YYYY-MM-DD`. @param {number} at  ms since 1970. */
export function studyDay(at) {
  const here = new Date(at - ROLLOVER_MS);
  return [here.getFullYear(), here.getMonth() + 1, here.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** Return what may still come up today: as the server said it today, less what was answered here since. @type {(taken: Taken, answered: Answered[], now: number) => Left} */
export function leftToday(taken, answered, now) {
  const today = studyDay(now);
  const since = studyDay(taken.at) === today ? taken.at : 0;
  const allowed = since ? taken.left : taken.perDay;
  const mine = answered.filter(({ at }) => studyDay(at) === today && at >= since);
  const fresh = mine.filter(({ isNew }) => isNew).length;
  const known = Math.max(0, allowed.known - mine.length);
  return { known, new: Math.max(0, Math.min(allowed.new - fresh, known)) };
}

/** Return the cards of a session in their order. @type {(cards: Card[], left: Left, now: number, pack?: string) => Card[]} */
export function session(cards, left, now, pack) {
  const due = cards.filter((card) => (!pack || card.pack === pack) && card.due <= now + (card.steps ? AHEAD_MS : 0));
  const steps = due.filter(({ steps: isStep }) => isStep).sort((one, other) => one.due - other.due);
  const known = due.filter((card) => !card.steps && !card.new).sort((one, other) => risk(other, now) - risk(one, now));
  const fresh = due.filter((card) => card.new).sort((one, other) => one.due - other.due);
  const first = known.slice(0, left.known);
  return [...steps, ...between(first, fresh.slice(0, Math.min(left.new, Math.max(0, left.known - first.length))))];
}

/** Recall falls with the time since the last answer in units of stability, so that ratio is the risk. @type {(card: Card, now: number) => number} */
function risk({ seen, stability }, now) {
  return stability > 0 ? (now - seen) / DAY_MS / stability : Infinity;
}

/** Put a new card after every four known ones, the others at the end. @type {(known: Card[], fresh: Card[]) => Card[]} */
function between(known, fresh) {
  const all = [];
  const waiting = [...fresh];
  for (const [place, card] of known.entries()) {
    all.push(card);
    const next = (place + 2) % NEW_EVERY === 0 ? waiting.shift() : undefined;
    if (next) all.push(next);
  }
  return [...all, ...waiting];
}

/** Return the packs of these cards with how many of each, most first. @type {(cards: Card[]) => { pack: string, title: string, cards: number }[]} */
export function packsOf(cards) {
  const found = new Map();
  for (const { pack, title } of cards) {
    const known = found.get(pack) ?? { pack, title, cards: 0 };
    known.cards += 1;
    found.set(pack, known);
  }
  return [...found.values()].sort((one, other) => other.cards - one.cards);
}
