#!/bin/sh
# Fetch the front-end files from npm, as package-lock.json pins them. Without npm the pages work without their
# JavaScript; a fetch that fails is an error, since the same command works tomorrow. $1: the file to leave when done.
command -v npm >/dev/null || {
    echo "npm is not here, so pages work without their JavaScript: install Node.js and run make again to have it." >&2
    exit 0
}
mkdir -p "$(dirname "$1")"
log=$(mktemp)
if npm ci --omit=dev --ignore-scripts --no-fund --no-audit >"$log" 2>&1 && npm run --silent vendor >>"$log" 2>&1; then
    rm -f static/vendor/.fetched* "$log" && touch "$1"
    exit 0
fi
echo "npm could not fetch the front-end files: $(grep -m 1 -iE 'err(or|!)' "$log" | cut -c 1-200). Check the network and run make again, or go without JavaScript: make run VENDOR=no." >&2
rm -f "$log"
exit 1
