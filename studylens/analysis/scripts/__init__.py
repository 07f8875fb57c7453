"""Other scripts, by tesseract: Arabic, Hindi, Korean, Vietnamese and more, once `make scripts` added them.

installed   which languages are here, and which script each is written in
read        asks for a page, and believes the answer only when it is sure
__main__    the process of its own in which tesseract works
"""
