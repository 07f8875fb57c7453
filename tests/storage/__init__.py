"""Uploads in a bucket, against moto's server."""
