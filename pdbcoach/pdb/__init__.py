"""What pdb calls things: its commands, lines, prompts, events and keys. Imports nothing of ours."""
