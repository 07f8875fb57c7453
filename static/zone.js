// Study days begin at 4 o'clock where the student is: tell the server the browser's time zone. It answers with a
// cookie that says so, from which whoever begins anew in this browser gets the zone as well.

import { at, post } from "./dom.js";

const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
const told = document.cookie.split("; ").some((cookie) => cookie.endsWith(`studylens_zone=${zone}`)); // On https it begins with `__Host-`.

if (zone && !told) post(at("/settings/zone"), new URLSearchParams({ zone })).catch(() => {});
