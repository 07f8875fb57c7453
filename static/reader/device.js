// Reading a photo on this device: the worker that does it, and what comes of it.

import { draw, open } from "../upload/shrink.js";
import { CannotRead } from "./able.js";
import { filesAt, missing } from "./shelf.js";

const PICTURE_PX = 1600; // The longest side that is read, as on the server.
const QUIET_MS = 120_000; // Without a word from the worker for so long, it is lost.
const FIRST = ["ort", "detection", "recognition", "characters"];

/** @typedef {import("./page.js").DevicePage} DevicePage */
/** What is told while a page is read: bytes that arrived, or boxes that were read. @typedef {{ bytes?: number, done?: number, all?: number }} Heard */

/** Reads photos one after another; `close` gives the memory back. */
export class DeviceReader {
  #address;
  #asked = 0;
  /** @type {import("./shelf.js").Files | undefined} */
  #told;
  /** @type {Worker | null} */
  #worker = null;

  /** @param {string} address Where the server tells of its files. */
  constructor(address) {
    this.#address = address;
  }

  /** Return how many bytes must be fetched before the first photo is read. Throws CannotRead. */
  async toFetch() {
    const { files } = await this.#files();
    return missing(FIRST.map((name) => files[name]));
  }

  /** Return what a photo says. Throws CannotRead. @type {(file: File, heard: (heard: Heard) => void) => Promise<DevicePage>} */
  async read(file, heard) {
    const files = await this.#files();
    const pixels = await pixelsOf(file);
    const { page } = await this.#ask({ files, pixels }, [pixels.data.buffer], heard);
    return page;
  }

  close() {
    this.#worker?.terminate();
    this.#worker = null;
  }

  async #files() {
    try {
      return (this.#told ??= await filesAt(this.#address));
    } catch (error) {
      throw new CannotRead("files", error);
    }
  }

  /** @type {(message: object, moved: Transferable[], heard: (heard: Heard) => void) => Promise<{ page: DevicePage }>} */
  #ask(message, moved, heard) {
    this.#worker ??= new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    const worker = this.#worker;
    const id = (this.#asked += 1);
    return new Promise((done, failed) => {
      const stop = new AbortController();
      const end = (/** @type {() => void} */ act) => {
        clearTimeout(quiet);
        stop.abort();
        act();
      };
      const lose = (/** @type {unknown} */ why, reason = "worker") => end(() => {
        this.close();
        failed(new CannotRead(reason, why));
      });
      let quiet = setTimeout(() => lose("silence"), QUIET_MS);
      worker.addEventListener("message", ({ data }) => {
        if (data.id !== id) return;
        clearTimeout(quiet);
        if (data.failed) return lose(data.failed, data.stage);
        if (data.page) return end(() => done(data));
        quiet = setTimeout(() => lose("silence"), QUIET_MS);
        heard(data);
      }, { signal: stop.signal });
      for (const name of ["error", "messageerror"]) worker.addEventListener(name, (why) => lose(why), { signal: stop.signal });
      worker.postMessage({ id, ...message }, moved);
    });
  }
}

/** Return the pixels of the upright picture, as large as it is read. Throws CannotRead. @param {File} file */
async function pixelsOf(file) {
  try {
    const picture = await open(file);
    const canvas = draw(picture, PICTURE_PX);
    picture.close();
    const { width, height } = canvas;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const { data } = pen.getImageData(0, 0, width, height);
    canvas.width = canvas.height = 0; // Safari keeps a canvas's memory for long.
    return { width, height, data };
  } catch (error) {
    throw new CannotRead("picture", error);
  }
}
