"""Without a network: what is taken along, what comes later, and the app as a device installs it.

owner           whose a browser's waiting answers and photos are
carry           GET /sync/due: the cards that a device takes along
sync            GET /sync/hello, POST /sync/answers: what was done without a network
release         the files of the pages that need no network, and what tells one release from the next
installed       manifest, worker, the page that needs no network, photos shared by another app
"""
