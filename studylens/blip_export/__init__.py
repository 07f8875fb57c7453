"""Build time only: a BLIP model in transformers' format becomes int8 files for onnxruntime.

    source.py     finds the model: a folder, or the hub at one revision
    layout.py     knows the files of such a model, and which are needed
    hub.py        downloads what is needed of a hub's model, on from where it stopped
    weights.py    loads the model through the real transformers classes
    graph.py      writes nodes and weights down in ONNX' format
    precision.py  one matrix product in three precisions: float, int8, int8 weights only
    vision.py     the vision encoder's graph
    text.py       the graphs of the text decoder: keys and values of the picture, and one step
    prepare.py    puts the files into place, all or none
    fetch.py      installs one that was prepared elsewhere; needs no torch
    verify.py     runs torch and the files side by side
    page.py       shows both captions of each picture on a page that can be sent

Nothing here is imported by the web or the analysis process: `flask blip` starts it as a process of its own.
"""
