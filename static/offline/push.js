// Reminders: the one note that a worker shows, and the page that it opens.

const TAG = "due"; // A newer note takes the place of the one before.

/** Begin to show reminders. @type {(told: Release, world: WorkerWorld) => void} */
export function remind(told, world) {
  world.addEventListener("push", (event) => event.waitUntil(show(event, told, world)));
  world.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(`${told.base}review`, world));
  });
}

/** Browsers end a subscription that shows nothing, so whatever came is shown. @type {(event: WorkerPush, told: Release, world: WorkerWorld) => Promise<void>} */
function show({ data }, { icon }, { registration }) {
  const { body, lang } = wordsOf(data);
  return registration.showNotification("Studylens", { body, lang, tag: TAG, icon, badge: icon });
}

/** @type {(data: WorkerPush["data"]) => { body: string, lang: string }} */
function wordsOf(data) {
  try {
    const { body, lang } = data?.json() ?? {};
    return { body: String(body ?? ""), lang: String(lang ?? "") };
  } catch {
    return { body: "", lang: "" };
  }
}

/** Show the review in a window that is open, else in a new one. @type {(address: string, world: WorkerWorld) => Promise<unknown>} */
async function open(address, { clients }) {
  const windows = await clients.matchAll({ type: "window" });
  const there = windows.find(({ url }) => new URL(url).pathname === address);
  if (there) return there.focus();
  return clients.openWindow(address);
}
