"""Picture stories on the web.

pages       the script, the price, the story while it is drawn and when it is; its pictures
forms       the panels of a form or of JSON
"""
