#!/bin/sh
# Run pip with the arguments after the first two: what is installed (for people), and the environment's Python.
# pip's own words go to a file beside it (LOG names it where two run at a time); a failure is one sentence that says
# what to do.
what=$1 python=$2
shift 2
log=${python%/bin/python}/${LOG:-pip}.log
# A person's own settings for pip may say --user, which has no meaning in an environment.
export PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1

"$python" -m pip "$@" >"$log" 2>&1 && exit 0

if [ "$1" = check ]; then
    echo "The packages in ${python%/bin/python} do not fit together: $(tail -n 1 "$log") Run make clean, and make again." >&2
elif grep -qE 'NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|ConnectionResetError' "$log"; then
    echo "Could not install $what: the package index could not be reached. Check the network and run make again (pip's own words: $log)." >&2
else
    why=$(grep -m 1 '^ERROR: ' "$log" || tail -n 1 "$log")
    echo "Could not install $what: ${why#ERROR: }. Run make again later, or see pip's own words: $log." >&2
fi
exit 1
