# The commands of this repository; each is a script in scripts/.
# PG_CONFIG=... names the Postgres to use (default: pg_config).

.PHONY: help demo demo-stop install test bench lint

help:
	@echo 'make demo       show contracts at work in a private Postgres (KEEP=1 leaves it running)'
	@echo 'make demo-stop  stop a demo that was left running'
	@echo 'make test       run all tests'
	@echo 'make bench      measure what a contract costs (BENCH_QUICK=1 tries it out in a minute)'
	@echo 'make install    build the extension and install it into Postgres'
	@echo 'make lint       check formatting, lints, documentation, scripts and licenses'
	@echo
	@echo 'Each installs what it needs. PG_CONFIG=/path/to/pg_config chooses the Postgres, 15 to 18.'

demo: install
	@scripts/demo.sh

demo-stop:
	@scripts/cluster.sh stop

install:
	@scripts/install.sh

test: install
	@scripts/test.sh

bench: install
	@scripts/bench.sh

lint:
	@scripts/lint.sh
