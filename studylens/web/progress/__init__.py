"""The pages of progress and achievements.

page, tables    the page and its CSV files
calendar        twelve months as squares
bars, charts    bar charts as SVG
achievements    the medals
"""
