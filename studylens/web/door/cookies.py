"""Names of our cookies, and how long browsers keep them."""

GUEST_COOKIE = "studylens_guest"
GUEST_COOKIE_DAYS = 400
"""The longest that browsers keep a cookie."""
ZONE_COOKIE = "studylens_zone"
ZONE_COOKIE_DAYS = 400
LOOK_COOKIE = "studylens_look"
LOOK_COOKIE_DAYS = 400
PRIVATE_COOKIE = "studylens_private"
PRIVATE_COOKIE_DAYS = 400
LANGUAGE_COOKIE = "studylens_language"
LANGUAGE_COOKIE_DAYS = 400
