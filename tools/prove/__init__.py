"""`make prove`: the service in a hard limit, on a page, while it is treated badly; then promise and measured.

__main__    what was asked for, one act after another, and the end: verdict, files, exit code
ways        who holds the limit: Docker, a systemd user scope, or as root a control group; which is here
contained   the service as a container of its own image (Docker's way)
disk        a disk that fills: a small one that is mounted, or a size that no file may pass
student     what is sent and asked, and how it was answered
acts        what is done to the service, each act with a time limit
stages      how far the photos are, read from the database
beside      the usual way in the same limit: torch and BLIP in the web worker
usual       that worker's app
watching    memory by kind of process, four times a second
scene       what there is to see: curves, events, promises; as JSON and back
promises    what should be reached, and the table that says whether it was
curve       a curve as SVG
page        the page, and screen, which serves it
recording   a moving picture of a run, for the README
"""
