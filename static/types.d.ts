// What the scripts know of the library beside them, and the shapes that several of them share. Never loaded.

/** The events of htmx, as far as they are listened to. */
interface DocumentEventMap {
  "htmx:beforeSwap": CustomEvent<{ target: Element }>;
  "htmx:afterSettle": CustomEvent<{ elt: Element }>;
  "htmx:afterRequest": CustomEvent<{
    elt: Element;
    xhr: XMLHttpRequest;
    requestConfig: { verb: string; triggeringEvent?: { submitter?: HTMLElement | null } };
  }>;
  "htmx:sendError": CustomEvent<{ elt: Element; requestConfig: { parameters: Record<string, string> } }>;
  "htmx:responseError": CustomEvent<{ xhr: XMLHttpRequest }>;
}

type Kind<T extends Element> = new () => T;

/** Edges are shares of the picture's sides, 0-1 from its left or its top. */
type Edge = "left" | "top" | "right" | "bottom";
type Crop = Readonly<Record<Edge, number>>;
/** Quarter turns clockwise, then what stays. */
type Edit = Readonly<{ turns: number; crop: Crop }>;
type Point = { x: number; y: number };
type Size = { width: number; height: number };

/** A picture in this browser; `keptAt` in milliseconds since 1970; `thumb` is made when a list first shows it. */
type Kept = Size & { sha256: string; blob: Blob; keptAt: number; thumb?: Blob };
type Pack = { title: string; url: string };

/** What would make a photo better, and its lines, by which it is known again. */
type Advice = { sentences: string[]; lines: import("./upload/lines.js").Line[] };
/** A chosen photo: as it was picked, as it will be sent, its place, what was seen on it; `dark`: before it was made white. */
type Chosen = { original: File; file: File; edit: Edit; item: HTMLLIElement; advice: Advice; dark: File | null };
/** A chosen photo that was sent (`pack`) or chosen (`twin`) before. */
type Seen = { file: File; sha256: string | null; pack: Pack | null; twin: File | null };

/** What waits to be sent; `owner`: whose it is ("": done before anybody was known here), `at` and `held` (last corrected) in ms since 1970. */
type WaitingAnswer = {
  n: number; kind: "answer"; key: string; owner: string; at: number;
  uid: string; rating: number; ms: number; front: string; isNew: boolean;
};
type WaitingPhotos = {
  n: number; kind: "photos"; key: string; owner: string; at: number;
  files: File[]; fields: [string, string][]; refused: string; held?: number;
};
type Waiting = WaitingAnswer | WaitingPhotos;
type Counts = { answers: number; photos: number; refused: number; foreign: number };
/** An answer that could not be counted, and why. */
type Told = { front: string; why: string };
type Hello = { token: string; owner: string | null };
/** A card that was taken along (GET /sync/due): `due` and `seen` in ms since 1970, `stability` in days. */
type Card = {
  uid: string; pack: string; title: string; front: string;
  new: boolean; steps: boolean; due: number; seen: number; stability: number;
};
type Drawn = Card & { html: string };
/** How many cards a day allows. */
type Left = { known: number; new: number };
type Answered = Pick<WaitingAnswer, "at" | "isNew">;
type Button = { rating: number; word: string };
/** What is known of the cards that were taken along: when, and what a day allows. */
type Refusal = { error?: { code?: string; message?: string } };
type Taken = { stamp: string; left: Left; perDay: Left; buttons: Button[]; due: string; at: number; askedAt: number };
type Gathered = { owner: string; stamp: string; cards: Drawn[]; left: Left; per_day: Left; buttons: Button[] };
/** What a release tells its worker (web/offline/installed.py): addresses, and the files of the page without a network. */
type Release = { release: string; base: string; offline: string; review: string; capture: string; share: string; icon: string; files: string[] };

/** The parts of a worker's world that ours uses; TypeScript knows a page's world or a worker's, never both. */
interface WorkerEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface WorkerFetch extends WorkerEvent {
  request: Request;
  /** The server's answer to a page, asked for while the worker woke; undefined where browsers do not do so. */
  preloadResponse?: Promise<Response | undefined>;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerPush extends WorkerEvent {
  data: { json(): any } | null;
}
interface WorkerWindow {
  url: string;
  focus(): Promise<unknown>;
}
interface WorkerWorld {
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(which: { type: "window" }): Promise<WorkerWindow[]>;
    openWindow(address: string): Promise<unknown>;
  };
  registration: {
    navigationPreload?: { enable(): Promise<void> };
    showNotification(title: string, options: NotificationOptions): Promise<void>;
  };
  addEventListener(name: "push", act: (event: WorkerPush) => void): void;
  addEventListener(name: "notificationclick", act: (event: WorkerEvent & { notification: Notification }) => void): void;
  addEventListener(name: "install" | "activate", act: (event: WorkerEvent) => void): void;
  addEventListener(name: "fetch", act: (event: WorkerFetch) => void): void;
  addEventListener(name: "sync", act: (event: WorkerEvent & { tag: string; lastChance: boolean }) => void): void;
}
interface ServiceWorkerRegistration {
  /** Background Sync, where there is one. */
  sync?: { register(tag: string): Promise<void> };
}
