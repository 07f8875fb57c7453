"""A whole account as one file, and back.

writing, file       what goes out; how the file is laid out
restore, restore_pack, restore_log     what comes in, in steps
entries, portable, portable_json       which columns travel, and as what
"""
