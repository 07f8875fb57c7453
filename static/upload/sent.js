// Around the sending of photos: were they sent before, and may this browser keep them?

import { NotKept, fingerprint, keep, tell } from "../packs/pictures.js";
import { upright } from "./shrink.js";

const ASKING_MS = 4_000; // An answer that takes longer is not worth the wait: the photo is sent.

// Return what is known of the files: [{ file, sha256, twin, pack }], for each that was sent, or chosen, before.
export async function knownBefore(files, address) {
  const first = new Map();
  const seen = await Promise.all(
    files.map(async (file) => {
      const sha256 = await fingerprint(file).catch(() => null); // Gone from the disk meanwhile: sending will say so.
      return { file, sha256, pack: sha256 ? await packOf(sha256, address) : null };
    }),
  );
  for (const photo of seen) {
    photo.twin = first.get(photo.sha256) ?? null;
    if (photo.sha256 && !photo.twin) first.set(photo.sha256, photo.file);
  }
  return seen.filter((photo) => photo.pack || photo.twin);
}

// Return the student's own pack of these bytes, { title, url }, or null: also when nobody can say.
export async function packOf(sha256, address) {
  try {
    const answer = await fetch(`${address}/${sha256}`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(ASKING_MS),
    });
    return answer.ok ? (await answer.json()).pack : null;
  } catch {
    return null;
  }
}

// Prepare the pictures while they are sent; the returned function keeps them, once the server has taken them.
export function prepareToKeep(files) {
  const prepared = files.reduce(async (before, file) => {
    const done = await before; // One after another: a decoded photo takes 50 MB.
    return [...done, { file, picture: await upright(file).catch(() => null) }];
  }, Promise.resolve([]));
  return async () => {
    for (const { file, picture } of await prepared) await keepOne(file, picture);
  };
}

async function keepOne(file, picture) {
  const sha256 = await fingerprint(file).catch(() => null);
  if (!sha256) return;
  try {
    if (!picture) throw new NotKept("unreadable");
    await keep({ sha256, ...picture, keptAt: Date.now() });
  } catch (error) {
    if (!(error instanceof NotKept)) throw error;
    tell(sha256, error.reason);
  }
}
