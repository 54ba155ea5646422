#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make demo`: the year 2022 of the fictional city, through a real daemon.
set -eu
BUILD=${BUILD:-build}
DEMO=${DEMO:-demo}
rm -rf "$DEMO"
exec "$BUILD/bin/kaocheng" demo --dir "$DEMO" --no-serve "$@"
