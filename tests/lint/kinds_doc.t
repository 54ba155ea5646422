#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/KINDS.md says what the kind table says (TAP).
BUILD=${BUILD:-build}
echo 1..1
if "$BUILD/bin/gen_docs" | diff -u docs/KINDS.md - >&2; then
	echo 'ok 1 - docs/KINDS.md equals what the kind table makes'
else
	echo 'not ok 1 - docs/KINDS.md is out of date: run make docs'
	exit 1
fi
