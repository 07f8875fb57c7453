"""The pages and the JSON that students and operators see; the only wing that knows Flask.

door            who comes in and how: bodies, origin, guests, headers, errors
upload, packs   from the first page to the finished job; packs and their parts
reviews, quizzes, progress      one folder a page family
exchange, settings      files and devices; how a student studies
text, commands, blueprints      words made safe; the shell; all blueprints in their order
"""
