"""The pages and the JSON that students and operators see; the only wing that knows Flask.

door            who comes in and how: bodies, origin, guests, headers, errors
upload, packs   from the first page to the finished job; packs and their parts
cutouts, labels a part of a photo as a card's picture; labels that cards hide
reviews, quizzes, progress      one folder a page family
offline         what is done without a network, and comes later; the app as a device installs it
teaching                sets of photos: taught, trained, asked
api                     the same for programs: /api/v1
exchange, settings      files and devices; how a student studies
reminders               notes on a device that cards are due
sharing, live           a pack by a link; a class that answers at once
today, shell            the first page; what stands on all pages
my_data                 everything of a student's: as a file, off this device, gone for good
operator                what runs here, for whoever runs it
look, privacy           how pages look on this device; whether its photos begin as private
sight                   numbers for Prometheus; whether photos can be taken now
text, commands          words made safe; the command line
blueprints, late        all blueprints in their order; how a page is imported when somebody asks for it
rules, addresses        addresses, worked out when somebody links to them, and written once
"""
