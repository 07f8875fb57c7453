"""The pages of progress and achievements.

page, tables    the page and its CSV files
calendar        twelve months as squares
bars, charts    bar charts as SVG
achievements    the medals
fading, curves  a page's forgetting curve
memory          is the schedule right about the student, and fitted to them
"""
