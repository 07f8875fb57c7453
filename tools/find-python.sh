#!/bin/sh
# Print the newest Python that can make an environment, or say in one sentence what is missing. With an argument,
# only that one is tried.
oldest='(3, 11)'
seen="none${1:+ that runs}"
[ $# -gt 0 ] || set -- python3.14 python3.13 python3.12 python3.11 python3 python

for name; do
    python=$(command -v "$name") || continue
    # A name may be there and not run: version managers leave such names on the path.
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if ! "$python" -c "import sys; sys.exit(sys.version_info < $oldest)"; then
        seen="Python $version ($name)"
    elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        without="$version ($name)"
    else
        echo "$python"
        exit 0
    fi
done

if [ -n "$without" ]; then
    echo "Python $without has no venv module: install it (Debian, Ubuntu: sudo apt-get install python${without%% *}-venv) and run make again." >&2
else
    echo "Python 3.11 or later is needed, and $seen was found: install one, or name it: make PYTHON=/path/to/python3." >&2
fi
exit 1
