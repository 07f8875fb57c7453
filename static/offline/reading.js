// A photo that waits for a network, read on this device instead: its text is there at once, and the photo stays here.

import { at } from "../dom.js";
import { whyNot } from "../reader/able.js";
import { toldOf } from "../reader/told.js";
import { asRead } from "./lines.js";
import { change } from "./queue.js";

/** Whether the photos of a form can be read here, with nothing to fetch. @param {WaitingPhotos} entry */
export async function canRead({ files, refused }) {
  if (!files.length || refused || whyNot() || !files.every(isPhoto)) return false;
  const reader = await openReader().catch(() => null);
  return (await reader?.toFetch().catch(() => 1)) === 0;
}

/** Read the photos of a form, one after another; `heard` is told which one. Say whether it waits as text now. @type {(entry: WaitingPhotos, heard: (place: number) => void) => Promise<boolean>} */
export async function readHere({ n, files }, heard) {
  const hold = (/** @type {number} */ held) => change(n, (entry) => ({ ...entry, held }));
  const reader = await openReader();
  const pages = [];
  try {
    for (const [place, file] of files.entries()) {
      heard(place + 1);
      await hold(Date.now()); // Else it is sent under our hand.
      pages.push({ file, page: await reader.read(file, () => {}) });
    }
    const told = await Promise.all(pages.map(({ file, page }) => toldOf(page, file, 0)));
    return await change(n, (entry) => asRead(entry, told));
  } catch {
    await hold(0);
    return false; // It goes as a photo, as it would have.
  } finally {
    reader.close();
  }
}

/** @param {File} file */
const isPhoto = ({ name, type }) => (type ? type.startsWith("image/") : !/[.]pdf$/iu.test(name));

async function openReader() {
  const { DeviceReader } = await import("../reader/device.js");
  return new DeviceReader(at("/reader"));
}
