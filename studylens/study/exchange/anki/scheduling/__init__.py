"""What Anki knows of when cards come back, and what was answered, both ways.

days        Anki's count of days, and the days that it stands for
leaving     our schedule as columns of Anki's cards; log: our answers as rows of its revlog
columns     a card's columns in a stranger's file as values that can be believed
reading     both from a stranger's file, as lines; study/exchange/arriving/schedules.py stores them
"""
