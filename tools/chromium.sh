#!/bin/sh
# Install Chromium for the browser tests where that needs no question: as root, with apt (a build machine).
# Elsewhere nothing is asked and nothing fails: the tests say by name that they did not run, and what helps.
# Debian has it without windows, too, which takes a third less of a processor: a build machine gets that one.
command -v chromium-headless-shell >/dev/null && exit 0
other=$(command -v chromium || command -v chromium-browser)
[ "$CI" != true ] && [ "$other" ] && exit 0

command -v apt-get >/dev/null || {
    [ "$other" ] ||
        echo "Chromium is not here, so the browser tests are left out; your system has it as a package." >&2
    exit 0
}
[ "$(id -u)" = 0 ] || {
    [ "$other" ] ||
        echo "Chromium is not here, so the browser tests are left out: sudo apt-get install chromium." >&2
    exit 0
}
fetch() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >/dev/null 2>&1; }

echo "Installing Chromium for the browser tests"
apt-get update -qq >/dev/null 2>&1
fetch chromium-headless-shell || [ "$other" ] || fetch chromium ||
    echo "apt-get could not install Chromium, so the browser tests are left out." >&2
exit 0
