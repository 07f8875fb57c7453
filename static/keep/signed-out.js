// After signing out of an account: what this browser kept of it goes at once, before anybody else is here. The server
// says what is theirs who were kept apart, and stays.

import { gatherAndSettle } from "./accounts.js";
import { OFF, state } from "./state.js";
import { NotKept, open } from "./store.js";

async function forget() {
  const store = await open();
  await gatherAndSettle(store).finally(() => store.close());
}

if (state() !== "" && state() !== OFF) {
  await forget().catch((error) => {
    if (!(error instanceof NotKept || error instanceof TypeError)) throw error; // Else the first page does it.
  });
}
