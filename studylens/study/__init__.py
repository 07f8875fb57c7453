"""Study: packs and what a student does with them; knows tables, never Flask.

keeping                 what browsers that keep an account must be told
budgets                 what guests keep and ask for, counted and bounded
schedule, record        when cards come back (pure); what was done, as sums
terms                   key terms, and what proves that one is mastered
achievements, packs     what recall has earned; what a photo became, and edits of it
cutouts                 what was cut out of photos, and the pictures of cards
labels                  parts of a picture that cards hide and ask for
material                cards that the student makes from a page; what the judge did
reviews, quizzes        answers, each once, in one transaction
fits                    the schedule's weights, fitted to one student
reminders               which browsers are told that cards are due, and when
explaining              a page told in own words, and what of it was missed
teaching                sets of photos, told apart by what they look like
resources               what programs ask for, some at a time
questions, progress     follow-up questions; what a student knows, as numbers
exchange                files out and in
sharing, live           a pack by a link, and as a quiz of a whole class
leaving                 a student goes with everything; a device is signed out
"""
