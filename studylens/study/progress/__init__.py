"""What a student knows, as numbers.

stats       one frozen `ProgressStats`; page, CSV and JSON are three ways to show it
cards       what present cards tell: memory, what is known, trouble, sources
bands       how sure a share is
fading      a page's forgetting curve
calibration expected recall beside real recall, with the band of chance
days        what the sums of days tell: streak, retention, forecast
"""
