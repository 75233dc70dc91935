"""What an author writes.

``loader.load`` reads a scenario file, ``packs.load_all`` everything named on a command line. ``model`` has
the values that result, and ``schema.json_schema`` describes the format to editors. Nothing is imported
here, so importing the model alone does not import a YAML parser.
"""
