#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The limits that FORMAT names are those of limits.h (TAP).
use strict;
use warnings;

my %rows = (
	'leaf' => ['LEAF_MAX'],
	'note (text, empty line, signature lines)' => ['NOTE_MAX'],
	'origin' => ['ORIGIN_MAX'],
	'code, actor id, handle' => ['CODE_MAX'],
	'verifier key' => ['VKEY_MAX'],
	'`by` lines' => [1, 'SIGNERS_MAX'],
	'lines of one list field' => ['LIST_MAX'],
	'field lines of an entry (a text with its continuation is one)' =>
	    ['ITEMS_MAX'],
	'checkpoint, with all its signatures' =>
	    ['CHECKPOINT_MAX', 'NOTE_SIGS_MAX'],
	'receipt' => ['RECEIPT_MAX', 'PROOF_FILE_MAX'],
	'trust file' => ['NOTE_MAX', ('TRUST_MAX') x 3],
	'bundle: bytes of a path' => [95],
);
my $n = 0;

sub slurp {
	open my $in, '<', $_[0] or die "$_[0]: $!";
	local $/;
	return <$in>;
}

sub same {
	my ($is, $want, $what) = @_;
	$n++;
	print $is eq $want ? '' : 'not ', "ok $n - $what\n";
	print "# FORMAT has $is, the program $want\n" if $is ne $want;
}

sub numbers { join ' ', map { tr/,//dr } $_[0] =~ /\d[\d,]*/g }

my %value;
for my $file ('limits.h', 'trust.h') {
	my $header = slurp("include/kaocheng/$file");
	$value{$1} = $value{$2} // $2
	    while $header =~ /#define KC_(\w+) (?:KC_)?(\w+)/g;
}
my $format = slurp('docs/FORMAT.md');
my ($table) = $format =~ /\| Limit \| Value \|\n\|[-|]+\n((?:\|.*\n)+)/;
my %is = $table =~ /^\| (.*?) \| (.*) \|$/mg;
same(join("\n", sort keys %is), join("\n", sort keys %rows), 'every row is known');
same(numbers($is{$_} // ''), join(' ', map { $value{$_} // $_ } @{$rows{$_}}), $_)
    for sort keys %rows;
same(numbers($format =~ /the note is longer than ([\d,]+)/), $value{NOTE_MAX},
    'longer than which a note is refused');
print "1..$n\n";
