#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# No function over 70 lines, no file over 500. A ratchet: the allow-list
# holds the few that are longer, with their present length; they may shrink.
use strict;
use warnings;

my %allowed;
open my $list, '<', 'tests/lint/fnlen.allow' or die;
while (<$list>) {
	next if /^#|^\s*$/;
	my ($what, $lines) = split;
	$allowed{$what} = $lines;
}
my $bad = 0;
for my $file (@ARGV) {
	open my $f, '<', $file or die "$file: $!";
	my @lines = <$f>;
	my $max = $allowed{$file} // 500;
	if (@lines > $max) {
		printf "%s: %d lines, at most %d\n", $file, scalar @lines, $max;
		$bad = 1;
	}
	next unless $file =~ /\.c$/;
	my ($start, $name);
	for my $i (0 .. $#lines) {
		if ($lines[$i] =~ /^\{/) {
			$start = $i;
			my $j = $i - 1;
			$j-- while $j > 0 && $lines[$j] !~ /^(\w+)\(/;
			($name) = $lines[$j] =~ /^(\w+)\(/;
		} elsif ($lines[$i] =~ /^\}/ && defined $start) {
			my $n = $i - $start + 1;
			my $limit = $allowed{"$file:" . ($name // '?')} // 70;
			if ($n > $limit) {
				printf "%s:%d: %s is %d lines, at most %d\n",
				    $file, $start + 1, $name // '?', $n, $limit;
				$bad = 1;
			}
			undef $start;
		}
	}
}
exit $bad;
