.PHONY: quick test ci
quick: # starts no debugger; less than a minute
	.venv/bin/pytest -q -m quick
test:
	.venv/bin/pytest -n 2
ci:
	.ci/run
