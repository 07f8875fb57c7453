"""Pages and calls of what a student teaches: sets, classes, photos, training, and asking.

asked       what a request names: a set or class, a name, photos
shapes      sets, classes, reports as JSON
sets        the list of sets and a set's page; made, renamed, deleted
photos      photos of a class: added, shown, deleted
training    a set is trained; how good it is
identify    a photo is shown to a set
cards       a pack of the set's photos
files       a set as a file, and back
colors      the published addresses: /colors, /colors/<id>/images, /train/<id>
"""
