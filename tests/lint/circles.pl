#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# No circle: arrows are calls, read from the objects. In daemon/app a
# room is a header with its files (one without a header of its own is of the
# first that it includes); in daemon/core, a folder.
#   circles.pl BUILD
use strict;
use warnings;

my ($build) = @ARGV;
my %room;    # object -> room

sub objects {
	my ($list, $name) = @_;
	open my $f, '<', 'sources.mk' or die;
	my $text = join '', <$f>;
	$text =~ /^\Q$list\E :=((?:.*\\\n)*.*)/m or die "no list $list\n";
	for my $source ($1 =~ m{(\S+)\.c}g) {
		$room{"$build/$source.o"} = $name->($source);
	}
}
sub part {
	my ($source) = @_;
	return $source if -e "$source.h";
	open my $f, '<', "$source.c" or die "$source.c: $!";
	while (<$f>) {
		return "daemon/$1" if m{^#include "(app/\w+)\.h"};
	}
	return $source;
}
objects('CORE', sub { $_[0] =~ m{daemon/(core/[^/]+)/} ? $1 : 'core' });
objects('APP', \&part);

# --- who defines and who needs what ------------------------------------------
# What code refers to is a call; what a table holds, as the rows of the kinds
# hold their functions, is handed to those who read it.
my (%defined, %needs);
for my $o (sort keys %room) {
	die "$o: not built\n" unless -e $o;
	open my $nm, '-|', 'nm', $o or die;
	while (<$nm>) {
		$defined{$1} = $o if / T (\S+)$/;
	}
	close $nm or die;
	open my $dump, '-|', 'objdump', '-r', $o or die;
	my $code = 0;
	while (<$dump>) {
		$code = /\[\.text/ if /^RELOCATION RECORDS FOR/;
		push @{$needs{$o}}, $1 if $code && /R_\S+\s+([A-Za-z_]\w*)/;
	}
	close $dump or die;
}
my (%arrow, %why);
for my $o (keys %needs) {
	for my $symbol (@{$needs{$o}}) {
		my $to = $defined{$symbol} or next;
		my ($a, $b) = ($room{$o}, $room{$to});
		next if $a eq $b;
		$arrow{$a}{$b} = 1;
		$why{"$a $b"} ||= "$o needs $symbol";
	}
}

# --- circles ------------------------------------------------------------------
my (%state, @path, $bad);

sub visit {
	my ($r) = @_;
	$state{$r} = 1;
	push @path, $r;
	for my $to (sort keys %{$arrow{$r} || {}}) {
		if (($state{$to} // 0) == 1) {
			my $i = 0;
			$i++ until $path[$i] eq $to;
			my @circle = (@path[$i .. $#path], $to);
			print "circle: ", join(' -> ', @circle), "\n";
			print "  $why{\"$circle[$_] $circle[$_ + 1]\"}\n"
			    for 0 .. $#circle - 1;
			$bad = 1;
		} elsif (!$state{$to}) {
			visit($to);
		}
	}
	pop @path;
	$state{$r} = 2;
}
visit($_) for grep { !$state{$_} } sort keys %arrow;
exit($bad ? 1 : 0);
