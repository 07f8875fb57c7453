"""An account as a browser keeps it: in parts of an account file, of which only what changed is sent again.

gathering, standing     one step of what a browser lacks; whether it lacks anything
parts, cursor           one part, squeezed; how far a browser is, as it says itself
"""
