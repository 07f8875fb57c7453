// Another token for forms is in this browser: perhaps another student's, and what was taken along is not theirs.

import { giveUpCarried } from "./caches.js";
import { greet } from "./send.js";
import { fact, setFact } from "./store.js";

/**
 * Note the token, and give up what was taken along if another student is here. Whoever signs in again has another
 * token, and is the same: the server says whose it is. Throws NotNow, NoStore.
 * @param {string} device
 */
export async function changeDevice(device) {
  const { owner } = await greet();
  if ((await fact("device")) && owner !== (await fact("whose"))) await giveUpCarried();
  for (const [name, value] of Object.entries({ owner, whose: owner, device })) await setFact(name, value);
}
