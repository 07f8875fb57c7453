"""What a stage may use: memory, threads, processor time.

stages      the limit of each stage, and what to do when there is less room
onnx        onnxruntime's sessions in little memory, its errors under our names
"""
