"""pdb's vocabulary: commands, lines, prompts, events and keys. Imports nothing else of the package."""
