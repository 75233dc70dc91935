"""Whether the coach says only what is so: lessons are tried with other lines than their own."""
