"""From where a request comes.

hosts           by which name we were asked
origin          from whose page, as the browser says
form_tokens     from whose page, as its form knows
"""
