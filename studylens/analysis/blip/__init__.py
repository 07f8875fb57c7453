"""The caption of a photo by BLIP.

captioner       load late, caption, let go; nothing is kept that failed
onnx            three int8 graphs in turn; transformers: the reference behind the same interface
decoding        greedy search with a cache; words: tokens to text
manifest        what a prepared model says of itself
figure          what a caption may add to the material
"""
