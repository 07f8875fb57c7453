"""The pages of quizzes and follow-up questions.

pages, forms    quizzes and what their pages send
feedback        what is told of an answered question, each thing once
questions       follow-up questions on a pack
explaining      what a student remembers of a page, held against its facts
"""
