"""From where a request comes.

hosts           by which name we were asked
prefix          under which path a proxy serves us
origin          from whose page, as the browser says
request_ids     which one it is
form_tokens     from whose page, as its form knows
asking          which guest a token belongs to, and how they study
"""
