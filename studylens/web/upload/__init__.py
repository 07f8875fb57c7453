"""From the first page to the finished job.

capture, intake the form, and what was sent with it
device_page     what a student's own device says that it has read
jobs, status    a job's page and its JSON
identified      what the guest's sets say of a photo
reader          what a browser needs to read a photo itself
waiting, steps, trouble, chart    what the page says while it waits, or when nothing came; memory as a picture
"""
