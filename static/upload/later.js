// Without a network a form waits in this browser; what was read of its photos can be looked at meanwhile.

import { addPhotos } from "../offline/queue.js";
import { settle } from "../offline/sign.js";
import { transcriptsOf } from "../offline/transcript.js";
import { filesIn } from "../reader/choice.js";
import { inWords } from "../words.js";

/** Keep a form until there is a network. Throws NoStore. @type {(data: FormData, key: string) => Promise<Pick<WaitingPhotos, "n" | "fields">>} */
export async function keepForm(data, key) {
  const fields = [...data].flatMap(([name, value]) => /** @type {[string, string][]} */ (typeof value === "string" && name !== "form_token" ? [[name, value]] : []));
  return { n: await addPhotos(key, filesIn(data), fields), fields };
}

/** Show what was read on the photos of a form that waits, if any were. @type {(section: HTMLElement, entry: Pick<WaitingPhotos, "n" | "fields">) => void} */
export function showRead(section, entry) {
  const pages = transcriptsOf(entry, true, settle);
  const later = document.createElement("p");
  later.className = "small soft";
  later.textContent = inWords("Cards come with the next connection.");
  section.replaceChildren(...pages, later);
  section.hidden = !pages.length;
  if (pages.length) section.scrollIntoView();
}
