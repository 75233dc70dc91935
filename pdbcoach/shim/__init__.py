"""The code that runs inside the debugged interpreter. It needs Python 3.9 and only the standard library.

This folder is on the target's ``PYTHONPATH``, and ``sitecustomize.py`` is its entry point.
"""
