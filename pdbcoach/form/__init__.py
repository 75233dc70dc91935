"""YAML read with places: shapes of values, records of keys, and all problems of a file at once."""
