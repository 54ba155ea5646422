#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Runs test programs and scripts that speak TAP, two at a time, and ends with
# the one line that counts: "N passed, N failed".
use strict;
use warnings;
use TAP::Harness;

# What a person remembers for himself is no part of a test.
$ENV{XDG_CONFIG_HOME} = '/nonexistent';
# To a unit test, what is freed or was never set reads as rubbish at once; the
# heap is not given back in between, which would cost more than the rest.
my @rubbish = ('env', 'MALLOC_PERTURB_=165', 'GLIBC_TUNABLES=' . join ':',
	map { "glibc.malloc.$_" }
	qw(tcache_count=0 trim_threshold=134217728 mmap_threshold=33554432));

my $jobs = $ENV{JOBS} // 2;
my $harness = TAP::Harness->new({
	jobs     => $jobs,
	failures => 1,
	timer    => 1,
	merge    => 0,
	exec     => sub {
		my ($h, $file) = @_;
		return ['python3', $file] if $file =~ /\.py$/;
		# One that needs Debian's own modules names Debian's python.
		return ['/usr/bin/python3', $file]
		    if first_line($file) =~ m{^#!/usr/bin/python3$};
		return ['sh', $file] if $file =~ /\.t$/ && first_line($file) !~ /python|perl/;
		return ['python3', $file] if $file =~ /\.t$/ && first_line($file) =~ /python/;
		return [@rubbish, "./$file"] if $file =~ m{/tests/unit/};
		return ["./$file"];
	},
});

sub first_line {
	open my $f, '<', $_[0] or die "$_[0]: $!";
	my $line = <$f>;
	return $line // '';
}

die "prove.pl: no test was named\n" unless @ARGV;
my $all = $harness->runtests(@ARGV);
my $failed = $all->failed + scalar($all->parse_errors ? 1 : 0);
$failed ||= 1 unless $all->all_passed;
my $skipped = $all->skipped // 0;
my $passed = $all->passed - $skipped;
# "1..0 # SKIP": a whole script, of which no test is counted.
$skipped += grep { $_->skip_all } $all->parsers;
printf "%d passed, %d failed", $passed, $failed;
printf ", %d skipped", $skipped if $skipped;
print "\n";
exit($failed ? 1 : 0);
