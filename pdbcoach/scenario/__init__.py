"""What an author writes.

``loader.load`` reads a scenario file, ``packs.load_all`` whatever a person named on the command line,
``model`` has what comes of it, ``schema.json_schema`` describes the format to editors. Nothing is
imported here, so that whoever needs the model alone does not pay for a YAML parser.
"""
