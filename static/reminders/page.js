// The page of reminders: the browser is asked for a subscription, and the form sends what it gave.

import { at, every, maybe, need } from "../dom.js";
import { inWords } from "../words.js";

const form = maybe(HTMLFormElement, "#remind");
const problem = maybe(HTMLElement, "#problem");

/** @param {string} sentence */
function say(sentence) {
  if (!problem) return;
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

/** Return the worker that would be woken; null in a browser that has none, or lets this page have none. @type {() => Promise<ServiceWorkerRegistration | null>} */
async function workerHere() {
  if (!navigator.serviceWorker || !("PushManager" in globalThis) || !("Notification" in globalThis)) return null;
  const brought = await navigator.serviceWorker.register(at("/worker.js"), { type: "module" }).catch(() => null);
  return brought && navigator.serviceWorker.ready;
}

/** Return a key as bytes; browsers differ in which texts they take. @param {string} text */
function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** A subscription to an older key of this server is of no use to it. @type {(manager: PushManager, key: Uint8Array<ArrayBuffer>) => Promise<PushSubscription>} */
async function subscribe(manager, key) {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await manager.subscribe(options);
  } catch (error) {
    const old = await manager.getSubscription();
    if (!old) throw error;
    await old.unsubscribe();
    return manager.subscribe(options);
  }
}

/** @param {HTMLFormElement} sent */
async function begin(sent) {
  say("");
  if ((await Notification.requestPermission()) !== "granted") {
    return say(inWords("Your browser does not let Studylens show notes. Allow it in the settings of this site, then try again."));
  }
  const worker = await workerHere();
  if (!worker) return;
  const { endpoint, keys } = (await subscribe(worker.pushManager, bytesOf(sent.dataset.key ?? ""))).toJSON();
  const told = { endpoint, p256dh: keys?.p256dh, auth: keys?.auth };
  for (const [name, value] of Object.entries(told)) need(HTMLInputElement, `[name=${name}]`, sent).value = value ?? "";
  sent.submit();
}

/** Name this browser in the list of devices. @param {string} endpoint */
async function nameThisOne(endpoint) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint)));
  const known = [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  for (const item of every(HTMLElement, "[data-device]")) {
    const isHere = item.dataset.device === known;
    for (const word of every(HTMLElement, ".here", item)) word.hidden = !isHere;
    if (isHere) maybe(HTMLFormElement, "form", item)?.addEventListener("submit", forget);
  }
}

/** The browser shall not go on to be reached at an address that nobody uses. */
async function forget() {
  const worker = await workerHere();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}

async function start() {
  if (!form) return;
  const worker = await workerHere();
  if (!worker) return say(inWords("This browser cannot be reminded. On an iPhone or iPad, add Studylens to the Home Screen first."));
  const button = need(HTMLButtonElement, "button", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    begin(form)
      .catch(() => say(inWords("Your browser's push service did not answer. Try again later.")))
      .finally(() => {
        button.disabled = false;
      });
  });
  button.disabled = false;
  const known = await worker.pushManager.getSubscription();
  if (known) await nameThisOne(known.endpoint);
}

start();
