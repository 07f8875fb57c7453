"""From the first page to the finished job.

capture, intake the form, and what was sent with it
jobs, status    a job's page and its JSON
waiting, chart  what the page says while it waits; memory as a picture
"""
