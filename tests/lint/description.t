#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Each of the 155 statements of the description has its line in RULES, and all
# that a line names exists (TAP).
use strict;
use warnings;

my $build = $ENV{BUILD} // 'build';
my ($n, $bad) = (0, 0);

sub ok {
	my ($good, $what) = @_;
	$n++;
	print $good ? '' : 'not ', "ok $n - $what\n";
	$bad ||= !$good;
}

sub names { # the quoted names in a column of the rows that match
	my ($row, @files) = @_;
	my %names;
	for my $file (@files) {
		open my $in, '<', $file or die "$file: $!";
		while (<$in>) { $names{$1} = 1 if /$row/ }
	}
	return %names;
}

my %kind = names(qr/^KIND\(\d+, \d+, \w+, "([\w.]+)"/, glob 'include/kaocheng/defs/*.def');
my %key = names(qr/^X\(\d+, \d+, \w+, "([\w.]+)"/, 'include/kaocheng/defs/policy_keys.def');
my %role = names(qr/^WORD\(ROLE, \d+, \d+, \w+, "([a-z-]+)"/, 'include/kaocheng/defs/words.def');

sub stands {
	my ($name) = @_;
	return -e $name if $name =~ m{/} || $name eq 'Makefile';
	return system("'$build/bin/kaocheng' help $1 >/dev/null 2>&1") == 0
	    if $name =~ /^kaocheng ([a-z -]+)$/;
	return $kind{$name} || $key{$name} || $role{$name};
}

my (%seen, @twice, @empty, @unknown, @open);
open my $rules, '<', 'docs/RULES.md' or die $!;
while (<$rules>) {
	my ($r, $sort, $says, $by) =
	    /^\| R(\d+) \| ([ADFHPQR]) \| (.+?) \| (.+) \|$/ or next;
	push @twice, $r if $seen{$r}++;
	push @open, $r if $by =~ /^\*open\*: \w/;
	my @names = $by =~ /`([^`]+)`/g;
	push @empty, $r
	    unless @names || $by =~ /^\*open\*: \w/ || ($by eq 'purpose only' && $sort eq 'P');
	push @unknown, map { "R$r: $_" } grep { !stands($_) } @names;
}
my @missing = grep { !$seen{$_} } 1 .. 155;
my @beyond = grep { $_ < 1 || $_ > 155 } keys %seen;
ok(!@missing && !@beyond && !@twice, "155 lines, each once @missing @beyond @twice");
ok(!@empty, "each names what carries it, or is open @empty");
ok(!@unknown, 'all that is named exists' . join(', ', '', @unknown));
ok(!stands('no.such') && !stands('docs/NONE.md') && !stands('kaocheng nosuch'),
	'what does not exist is found out');
print '# ', scalar @open, " are open: @open\n1..$n\n";
exit $bad;
