#!/bin/sh
# Install Chromium for the browser tests where that needs no question: as root, with apt (a build machine).
# Elsewhere nothing is asked and nothing fails: the tests say by name that they did not run, and what helps.
command -v chromium >/dev/null || command -v chromium-browser >/dev/null && exit 0

command -v apt-get >/dev/null || {
    echo "Chromium is not here, so the browser tests are left out; your system has it as a package." >&2
    exit 0
}
[ "$(id -u)" = 0 ] || {
    echo "Chromium is not here, so the browser tests are left out: sudo apt-get install chromium." >&2
    exit 0
}
echo "Installing Chromium for the browser tests"
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1 ||
    echo "apt-get could not install Chromium, so the browser tests are left out." >&2
exit 0
