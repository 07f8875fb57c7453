"""What has been done, as sums: written with each answer, made anew from the log when needed.

gains       what one row of the log is worth
tallies     sums of a day, an hour, a student
study_days, streaks     days with study, and runs of them
evidence    on which later days a card was recalled, and that its answer was typed
known       how much of a pack holds; rules: what students throw away, by the rule that made it
"""
