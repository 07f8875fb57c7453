"""`make prove`: the service in a hard limit, on a page, while it is treated badly; then promise and measured.

__main__     what was asked for, and the end: verdict, files, exit code
ways         who holds the limit here, and why the others cannot
held         what a way of holding is; container (Docker), scope (systemd) and own_group (root) are the three
disk         a disk that fills: a small one that is mounted, or a size that no file may pass
student      what is sent and asked, and how it was answered
stages       how far the photos are, read from the database; and the column that is dropped
acts         what is done to the service, one act after another, each with a time limit
beside       the usual way in the same limit; usual is its app, plain its server's settings
watching     memory by kind of process, four times a second
scene        what there is to see: curves, events, figures; as JSON and back
promises     what should be reached, and the table that says whether it was
page         the page; curve draws its curves, style.css holds its look, screen serves it
recording    a moving picture of a run that was kept, for the README
"""
