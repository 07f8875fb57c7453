"""An accepted upload: bytes that are a picture of a known kind and of a bearable size.

upload      the door: bytes in, an accepted `Upload` out, or the reason for a refusal
header      type, width and height from the first bytes, without decoding
jpeg        the same for JPEG: progressive or not, several pictures in one file
heic, tiff  the same for HEIC and AVIF (boxes of the container), and for TIFF (its tags)
foreign     what a file is that cannot be read, and what to send instead
"""
