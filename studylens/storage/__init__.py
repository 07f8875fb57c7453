"""Uploads that travel: they wait in a bucket, so that any machine may carry them.

bucket          one bucket, by obstore: put, fetch, list, remove; its errors in our words
folder          an upload folder whose files wait in that bucket; copies for the analysis of this machine
taking_over     what waited in the folder when the bucket was named
trial           whether the bucket does what we need: at start and by `flask doctor`
"""
