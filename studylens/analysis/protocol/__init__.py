"""What the runner and the analysis process say to each other.

handing, handed     requests with their files as open descriptors; how such a file is opened
reach       whom a request may reach: models, the operator's own, nobody
shrinking   strangers' pictures to make small
wire        one JSON object a line: requests in, events and outcomes out
cutting     what is to be cut out of a picture, and what came of it
result, result_json     what an analysis gives: lines, cards, questions, terms, who made them
device      a page that the student's own device has read
taught      what a guest has taught, as a file, and what sets say of a photo
sheets      templates, what stands on them, the pages that were made
"""
