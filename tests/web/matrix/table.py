"""Every route, and what each person is answered: a route without a row fails, and so does a row too many.

`nobody` shows no cookie, `guest` has nothing here, `other` and `owner` have accounts and one thing of every
kind, `admin` is the operator by key. All of them ask for the owner's things, with the owner's ids in the
address and in the form (sent.py). `unknown`: the owner asks with an id that is nobody's, each id in turn.
`mixed`: `other` asks with ids of their own but for the last one, or that of the form, which is the owner's.
`trash`: the owner asks about the pack in the trash. `-`: there is no such case.

GET asks for a page, and JSON for JSON where that is answered differently. Nobody but the owner may read a
word of the owner's, unless there is a `+`: that is for whoever has the random id. Whatever is answered, no
row of the owner's changes by what others ask. Methods for which a route has no row are refused with 405.
"""

from tests.web.matrix.things import THINGS

PERSONS = ("nobody", "guest", "other", "admin", "owner")
COLUMNS = (*PERSONS, "unknown", "mixed", "trash")

EVERYBODYS = """
#                                                          nobody guest other admin owner unknown mixed trash
# Everybody's own: no id stands in the address.
GET  /                                                        200   200   200   200   200       -     -     -
GET  /achievements                                            200   200   200   200   200       -     -     -
POST /analyze                                                 404   404   404   404   202       -     -   404
POST /api/remove                                              202   202   202   202   202       -     -     -
POST /api/v1/cards/search                                      401   401   401   401   401       -     -     -
GET  /api/v1/due                                               401   401   401   401   401       -     -     -
GET  /api/v1/jobs                                              401   401   401   401   401       -     -     -
GET  /api/v1/openapi.json                                      200   200   200   200   200       -     -     -
GET  /api/v1/packs                                             401   401   401   401   401       -     -     -
POST /api/v1/packs                                             401   401   401   401   401       -     -     -
GET  /api/v1/progress                                          401   401   401   401   401       -     -     -
POST /api/v1/reviews                                           401   401   401   401   401       -     -     -
POST /calendar                                                200   200   200   200   200       -     -     -
POST /calendar/end                                            303   303   303   303   303       -     -     -
POST /colors                                                  201   201   201   201   201       -     -     -
GET  /export                                                  200   200   200   200   200       -     -     -
GET  /export/account.json                                     200   200   200   200   200       -     -     -
GET  /export/account.json.gz                                  200   200   200   200   200       -     -     -
GET  /export/cards.apkg                                       404   200   200   404   200       -     -     -
GET  /export/cards.csv                                        404   200   200   404   200       -     -     -
POST /export/packs                                            404   404   404   404   200       -     -   404
GET  /form-token                                              200   200   200   200   200       -     -     -
GET  /get_progress_stats                                      200   200   200   200   200       -     -     -
GET  /health                                                  200   200   200   200   200       -     -     -
GET  /import                                                  200   200   200   200   200       -     -     -
POST /import                                                  200   200   200   200   200       -     -     -
GET  /import/done                                             200   200   200   200   200       -     -     -
GET  /memory                                                  200   200   200   200   200       -     -     -
GET  /metrics                                                 404   404   404   200   404       -     -     -
GET  /new                                                     200   200   200   200   200       -     -     -
GET  /packs                                                   200   200   200   200   200       -     -     -
POST /packs/bulk                                              404   404   404   404   303       -     -   404
POST /packs/bulk/ask                                          404   404   404   404   200       -     -   404
GET  /packs/trash                                             200   200   200   200   200       -     -     -
GET  /pictures                                                200   200   200   200   200       -     -     -
GET  /progress                                                200   200   200   200   200       -     -     -
GET  /progress/<name>.csv                                     200   200   200   200   200       -     -     -
GET  /progress/memory                                         200   200   200   200   200       -     -     -
POST /progress/memory                                         303   303   303   303   303       -     -     -
GET  /quizzes                                                 200   200   200   200   200       -     -     -
POST /quizzes                                                 404   404   404   404   303       -     -   404
POST /quizzes/today                                           404   404   404   404   400       -     -   404
GET  /ready                                                   503   503   503   503   503       -     -     -
GET  /reminders                                               404   404   404   404   404       -     -     -
POST /reminders                                               404   404   404   404   404       -     -     -
POST /reminders/end                                           404   404   404   404   404       -     -     -
GET  /review                                                  200   200   200   200   200       -     -     -
POST /review/catch-up                                         404   303   303   404   303       -     -     -
POST /review/undo                                             404   303   303   404   303       -     -     -
POST /sample                                                  303   303   303   303   303       -     -     -
GET  /sets                                                    200   200   200   200   200       -     -     -
POST /sets                                                    201   201   201   201   201       -     -     -
POST /sets/import                                             422   422   422   422   422       -     -     -
GET  /settings                                                200   200   200   200   200       -     -     -
POST /settings                                                303   303   303   303   303       -     -     -
POST /settings/language                                       303   303   303   303   303       -     -     -
POST /settings/look                                           303   303   303   303   303       -     -     -
POST /settings/private                                        303   303   303   303   303       -     -     -
POST /settings/zone                                           202   204   204   202   204       -     -     -
POST /sheets/templates                                        201   201   201   201   201       -     -     -
GET  /reader                                                  200   200   200   200   200       -     -     -
GET  /reader/wait                                             200   200   200   200   200       -     -     -
GET  /reader/<name>                                           404   404   404   404   404       -     -     -
GET  /static/<filename>                                       200   200   200   200   200       -     -     -
GET  /static/v-<version>/<name>                               200   200   200   200   200       -     -     -
GET  /styleguide                                              200   200   200   200   200       -     -     -
GET  /usage                                                   200   200   200   200   200       -     -     -
GET  /keep                                                    200   200   200   200   200       -     -     -
POST /keep                                                    404   200   200   404   200       -     -     -
GET  /keep/accounts                                           200   200   200   200   200       -     -     -
POST /keep/restore                                            404   404   404   404   404       -     -     -
GET  /live                                                    200   200   200   200   200       -     -     -
GET  /manifest.webmanifest                                    200   200   200   200   200       -     -     -
GET  /offline                                                 200   200   200   200   200       -     -     -
GET  /offline/review                                          200   200   200   200   200       -     -     -
POST /share                                                   409   409   409   409   409       -     -     -
POST /sync/answers                                            400   400   400   400   400       -     -     -
GET  /sync/due                                                200   200   200   200   200       -     -     -
GET  /sync/hello                                              200   200   200   200   200       -     -     -
GET  /worker.js                                               200   200   200   200   200       -     -     -
# Who one is: accounts, devices, the operator, leaving.
GET  /account                                                 200   200   200   200   200       -     -     -
POST /account                                                 200   200   409   200   409       -     -     -
GET  /account/codes                                           403   403   200   403   200       -     -     -
POST /account/codes                                           403   403   200   403   200       -     -     -
GET  /account/passkeys                                        403   403   200   403   200       -     -     -
POST /account/passkeys                                        422   422   422   422   422       -     -     -
POST /account/passkeys/confirm                                403   403   303   403   303       -     -     -
POST /account/passkeys/delete                                 403   403   404   403   404       -     -     -
POST /account/passkeys/options                                422   422   200   422   200       -     -     -
GET  /account/password                                        403   403   200   403   200       -     -     -
POST /account/password                                        403   403   303   403   303       -     -     -
GET  /devices                                                 200   200   200   200   200       -     -     -
POST /devices/code                                            200   200   200   200   200       -     -     -
POST /devices/delete                                          303   303   303   303   303       -     -     -
POST /devices/join                                            422   422   422   422   422       -     -     -
POST /devices/sign-out                                        303   303   303   303   303       -     -     -
POST /devices/tokens                                          200   200   200   200   200       -     -     -
POST /devices/tokens/delete                                   303   303   303   303   303       -     -     -
GET  /my-data                                                 200   200   200   200   200       -     -     -
GET  /my-data/delete                                          200   200   200   200   200       -     -     -
POST /my-data/delete                                          200   200   200   200   200       -     -     -
GET  /my-data/left                                            200   200   200   200   200       -     -     -
POST /my-data/sign-out                                        303   303   303   303   303       -     -     -
GET  /operator                                                403   403   403   200   403       -     -     -
JSON /operator                                                404   404   404   200   404       -     -     -
POST /operator                                                403   403   403   403   403       -     -     -
POST /operator/leave                                          303   303   303   303   303       -     -     -
GET  /reset                                                   200   200   200   200   200       -     -     -
POST /reset                                                   422   422   422   422   422       -     -     -
GET  /reset/<word>                                            200   200   200   200   200       -     -     -
POST /reset/<word>                                            422   422   422   422   422       -     -     -
POST /reset/mail                                              404   404   404   404   404       -     -     -
GET  /sign-in                                                 200   200   200   200   200       -     -     -
POST /sign-in                                                 422   422   422   422   422       -     -     -
POST /sign-in/back                                            303   303   303   303   303       -     -     -
POST /sign-in/passkey                                         422   422   422   422   422       -     -     -
POST /sign-in/passkey/options                                 200   200   200   200   200       -     -     -
POST /sign-out                                                403   403   303   403   303       -     -     -
POST /sign-out/everywhere                                     403   403   303   403   303       -     -     -
"""
TABLE = EVERYBODYS + THINGS
