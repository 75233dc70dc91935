"""What runs inside the debugged interpreter: standard library only, Python 3.9 and later.

The folder itself is put on the target's ``PYTHONPATH``; ``sitecustomize.py`` starts from there.
"""
