#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The programs of `make bench` still run to their end, by one percent of every
# number, and print the figures that the goals are about. What they say is not
# looked at: nothing that is timed decides (TAP).
BUILD=${BUILD:-build}
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
n=0
bad=0
say() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		bad=1
	fi
}
"$BUILD/tests/bench/bench" -p 1 -t "$top" "$BUILD/bin" >"$top/figures"
say $? "every part runs to its end"
"$BUILD/tests/bench/deadlines" 1 >>"$top/figures"
say $? "last days run to their end"
for name in raw_verify_per_s append_single_cpu_ratio append_batch_cpu_ratio \
    append_single_cpu_ratio_beside append_batch_cpu_ratio_beside \
    append_batch_signer_ratio_beside \
    append_sequential_flushes append_one_client_per_s \
    append_one_client_p50_ms append_one_client_cpu_ratio flush_ms \
    append_one_client_flushes_in_series append_witnessed_ratio idle_cpu_percent \
    peer_memory_mib verify_ratio verify_ratio_all verify_ratio_own \
    verify_ratio_own_all start_1m_s state_bytes_per_entry \
    view_score_ms_1m view_trail_ms_100k view_page_ms_1m view_as_of_ms_10k view_as_of_ms_1m replay_entries_per_s_core counterfactual_ratio \
    deadline_wake_ns_100k; do
	grep -Eq "^$name [0-9.]+ " "$top/figures"
	say $? "$name is there"
done
echo "1..$n"
exit $bad
