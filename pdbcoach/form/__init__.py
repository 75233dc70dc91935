"""Mappings of YAML with places: shapes of values, records of keys, and every problem at once."""
