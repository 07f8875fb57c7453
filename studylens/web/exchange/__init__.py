"""The pages where things leave and come home.

export, imports     files out and in; scratch: one at a time, on disk
keep                the account as this browser keeps it, and its way back
previews, chosen    what a table will become, and how the student wants it read
devices, moving     one-time codes for another device; what that had moves in
calendar_feed       due reviews as a calendar
"""
