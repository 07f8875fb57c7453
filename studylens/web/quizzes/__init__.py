"""The pages of quizzes and follow-up questions.

pages, forms    quizzes and what their pages send
questions       follow-up questions on a pack
explaining      what a student remembers of a page, held against its facts
"""
