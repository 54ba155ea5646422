#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make run`: serves the demo's ledger (made first if it is not there).
set -eu
BUILD=${BUILD:-build}
DEMO=${DEMO:-demo}
[ -e "$DEMO/ledger.mdb" ] || sh tests/lib/demo.sh
exec "$BUILD/bin/kaochengd" --dir "$DEMO"
