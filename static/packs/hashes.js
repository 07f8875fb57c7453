// Earlier addresses of a pack named its parts on one long page: they lead to the address that has the part now.

const [, kind = "", number = ""] = /^#(line|page|card)-(\d{1,9})$/.exec(location.hash) ?? [];
const there = kind === "card" ? "cards" : "page";
if (kind) location.replace(`${location.pathname}/${there}?${kind}=${number}${location.hash}`);
else if (location.hash === "#transcript" || location.hash === "#photo") location.replace(`${location.pathname}/page${location.hash}`);
else if (location.hash === "#receipt" || location.hash === "#take") location.replace(`${location.pathname}/more${location.hash}`);
