// "Make it white": the server evens the light of a page out and sends it back; it keeps neither for longer than an hour.

import { at, post } from "../dom.js";
import { inWords } from "../words.js";
import { CannotShrink } from "./shrink.js";

const LOOK_MS = 1500;
const LOOKS = 80; // Two minutes: somebody else's page may be read first.

/** Return the page as a white PNG. Throws CannotShrink, with what the server says. @type {(file: File, address: string) => Promise<File>} */
export async function whitened(file, address) {
  const form = new FormData();
  form.append("file", file, file.name);
  form.append("mode", "page");
  try {
    const blob = await picture(await post(address, form));
    return new File([blob], `${file.name.replace(/\.[^.]*$/, "")}.png`, { type: blob.type });
  } catch (error) {
    if (error instanceof CannotShrink) throw error;
    throw new CannotShrink(inWords("The server could not be reached, so %(name)s is as it was.", file));
  }
}

/** Return the picture of an answer, asking again while its turn has not come. @type {(first: Response) => Promise<Blob>} */
async function picture(first) {
  let answer = first;
  let address = "";
  for (let looks = 0; answer.status === 202 && looks < LOOKS; looks += 1) {
    const told = await answer.json();
    address ||= at(`/cutouts/${told.id}/picture`);
    await new Promise((done) => setTimeout(done, LOOK_MS));
    answer = await fetch(address);
  }
  if (answer.status === 200) return answer.blob();
  const body = await answer.json().catch(() => null);
  throw new CannotShrink(body?.error?.message ?? inWords("That did not work. Please try again in a moment."));
}
