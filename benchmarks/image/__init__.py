"""The container image, really built and run: `python -m benchmarks.image`.

podman.py    builds and runs, with a store of its own
bases.py     stand-ins for the two official images, made from Debian's packages and npm's
settings.py  lets pip and npm in the build find what they find on this machine
weights.py   a full-size captioning model with random weights, served as an archive
building.py  the build: its time, its size, and what a change of code builds anew
contained.py the built image as a running service in a hard limit
proof.py     a photo, the health check, the end
"""
