// Elements of the kind that a script needs, and the token of this page's forms.

export const TOKEN = "X-Form-Token";
export const REFUSED = 403; // Among others a form whose token is stale.

/** @type {<T extends Element>(kind: Kind<T>, selector: string, root?: ParentNode) => T | null} */
export function maybe(kind, selector, root = document) {
  const element = root.querySelector(selector);
  return element instanceof kind ? element : null;
}

/** @type {<T extends Element>(kind: Kind<T>, selector: string, root?: ParentNode) => T} */
export function need(kind, selector, root) {
  const element = maybe(kind, selector, root);
  if (!element) throw new Error(`no ${selector}`);
  return element;
}

/** @type {<T extends Element>(kind: Kind<T>, selector: string, root?: ParentNode) => T[]} */
export function every(kind, selector, root = document) {
  return [...root.querySelectorAll(selector)].flatMap((element) => (element instanceof kind ? [element] : []));
}

/** Return the address of a page of ours, also where the service stands under a prefix. @type {(path: string) => string} */
export function at(path) {
  return (document.documentElement.dataset.root ?? "") + path;
}

/** Return this device's token for forms, as the page knows it; empty for a newcomer. @type {() => string} */
export function formToken() {
  return maybe(HTMLMetaElement, "meta[name=form-token]")?.content ?? "";
}

/** Bring the page's token, and that of each form, up to date: this device may be known since it was loaded. Say whether it was another one. */
export async function renewToken() {
  const before = formToken();
  try {
    const answer = await fetch(at("/form-token"), { headers: { Accept: "application/json" } });
    const { form_token: token } = await answer.json();
    if (typeof token !== "string") return false; // A refusal: the server is busy.
    document.querySelector("meta[name=form-token]")?.setAttribute("content", token);
    for (const field of document.querySelectorAll("input[name=form_token]")) field.setAttribute("value", token);
  } catch {
    // Away from the server: the form will say so.
  }
  return formToken() !== before;
}

/**
 * Send with this page's token, and once more when it had become stale; a newcomer is known from the first answer on.
 * @type {(address: string, body: BodyInit, headers?: Record<string, string>) => Promise<Response>}
 */
export async function post(address, body, headers = {}) {
  const token = formToken();
  const answer = await fetch(address, { method: "POST", body, headers: { ...headers, [TOKEN]: token } });
  if (token && answer.status !== REFUSED) return answer;
  const isStale = (await renewToken()) && answer.status === REFUSED;
  return isStale ? fetch(address, { method: "POST", body, headers: { ...headers, [TOKEN]: formToken() } }) : answer;
}

/** Return the nearest element around an event that fits, or null. @type {(event: Event, selector: string) => HTMLElement | null} */
export function around({ target }, selector) {
  const element = target instanceof Element ? target.closest(selector) : null;
  return element instanceof HTMLElement ? element : null;
}
