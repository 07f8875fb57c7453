"""Picture stories: panels from the page's own lines, drawn by an image model, captioned by us.

script      which lines become panels
prices      what a picture costs, with the date of the list
panels      kept, chosen for the next turn, ended
"""
