// Passkeys: the button of a form asks the browser for one, and sends what it answers. Without this script it is hidden.

import { every, maybe, need, post } from "../dom.js";
import { inWords } from "../words.js";

/** @typedef {{ id: string, type: "public-key" }} Known */
/** @typedef {{ publicKey: any, ticket: string }} Asked */

/** @type {(text: string) => Uint8Array<ArrayBuffer>} */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** @type {(data: ArrayBuffer | null) => string | undefined} */
const text = (data) =>
  data ? btoa(String.fromCharCode(...new Uint8Array(data))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") : undefined;

/** @type {(list: Known[] | undefined) => PublicKeyCredentialDescriptor[]} */
const known = (list) => (list ?? []).map(({ id, type }) => ({ type, id: bytes(id) }));

/** Ask the browser for a passkey. @type {(kind: string, asked: any) => Promise<Credential | null>} */
function ask(kind, asked) {
  const options = { ...asked, challenge: bytes(asked.challenge) };
  if (kind === "known") return navigator.credentials.get({ publicKey: { ...options, allowCredentials: known(asked.allowCredentials) } });
  const user = { ...asked.user, id: bytes(asked.user.id) };
  return navigator.credentials.create({ publicKey: { ...options, user, excludeCredentials: known(asked.excludeCredentials) } });
}

/** Return the browser's answer as JSON. @type {(found: Credential | null) => string} */
function written(found) {
  if (!(found instanceof PublicKeyCredential)) throw new Error("no passkey");
  const { response } = found;
  const parts = { clientDataJSON: text(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) Object.assign(parts, { attestationObject: text(response.attestationObject) });
  if (response instanceof AuthenticatorAssertionResponse) {
    const { authenticatorData, signature, userHandle } = response;
    Object.assign(parts, { authenticatorData: text(authenticatorData), signature: text(signature), userHandle: text(userHandle) });
  }
  return JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response: parts });
}

/** Send a form's fields; return the answer, or throw its sentence. @type {(address: string, form: FormData) => Promise<any>} */
async function told(address, form) {
  const answer = await post(address, form, { Accept: "application/json" }).catch(() => null);
  const found = await answer?.json().catch(() => null); // Away from the server, or a proxy's page in its place.
  if (!answer?.ok || !found) throw new Error(found?.error?.message ?? inWords("That did not work. Please try again in a moment."));
  return found;
}

/** @type {(form: HTMLFormElement, button: HTMLButtonElement) => Promise<void>} */
async function use(form, button) {
  const { options = "", answer = "" } = button.dataset;
  const sent = new FormData(form);
  if (form.dataset.passkey === "known" || form.querySelector('[autocomplete="new-password"]')) sent.delete("password");
  const { publicKey, ticket } = /** @type {Asked} */ (await told(options, sent));
  const found = await ask(form.dataset.passkey ?? "", publicKey).catch(() => {
    throw new Error(inWords("The browser gave no passkey. Try again, or go on without one."));
  });
  sent.set("ticket", ticket);
  sent.set("credential", written(found));
  location.assign((await told(answer, sent)).next);
}

for (const form of window.PublicKeyCredential ? every(HTMLFormElement, "[data-passkey]") : []) {
  const button = maybe(HTMLButtonElement, "[data-use]", form);
  if (!button) continue;
  const problem = need(HTMLElement, "[data-problem]", form);
  button.hidden = false;
  maybe(HTMLElement, "[data-without]", form)?.remove();
  button.addEventListener("click", async () => {
    problem.hidden = true;
    button.disabled = true;
    await use(form, button).catch((/** @type {Error} */ error) => {
      problem.textContent = error.message;
      problem.hidden = false;
    });
    button.disabled = false;
  });
}
