#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Who may include what: arrows point down only (docs/ARCHITECTURE.md).
use strict;
use warnings;

my (%may, %floor);
open my $list, '<', 'tests/lint/layers.allow' or die;
while (<$list>) {
	next if /^#|^\s*$/;
	my ($folder, @prefixes) = split;
	if ($folder =~ s/^@//) {
		$floor{$folder} = [map { /^@(.*)/ ? @{$floor{$1}} :
		    "kaocheng/$_" } @prefixes];
		next;
	}
	$may{$folder} = [map { /^@(.*)/ ? @{$floor{$1}} : $_ } @prefixes];
}
# Standard and POSIX headers, by layer: core sees the C library only.
my $c = qr{^(assert|ctype|errno|inttypes|limits|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|setjmp|stdatomic|stdalign)\.h$};
my $bad = 0;
for my $file (@ARGV) {
	my $folder = $file;
	while ($folder =~ s{/[^/]*$}{}) {
		last if $may{$folder};
	}
	die "$file: no line in layers.allow\n" unless $may{$folder};
	# A contract may include those of its own floor and of those above it.
	my $allowed = $may{$folder};
	if ($file =~ m{^include/(kaocheng/(?:[a-z0-9_]+\.h))$}) {
		for my $f (sort { @{$floor{$a}} <=> @{$floor{$b}} } keys %floor) {
			next unless grep { $_ eq $1 } @{$floor{$f}};
			$allowed = [@{$floor{$f}}, 'time.h:banned.h'];
			last;
		}
	}
	my ($base) = $file =~ m{([^/]*)$};
	(my $own = $file) =~ s{[^/]*$}{};
	open my $f, '<', $file or die "$file: $!";
	while (<$f>) {
		next unless /^#\s*include\s+[<"]([^>"]+)[>"]/;
		my $h = $1;
		next if $h =~ $c;
		next if -e "$own$h"; # private header beside its .c
		my $ok = 0;
		for my $p (@$allowed) {
			my ($prefix, $only) = split /:/, $p;
			if ($prefix eq '*') { $ok = 1; last; }
			next unless $prefix =~ m{/$} ? index($h, $prefix) == 0 : $h eq $prefix || index($h, $prefix) == 0;
			next if $only && !grep { $_ eq $base } split /,/, $only;
			$ok = 1;
			last;
		}
		my $system = $h !~ m{^(kaocheng/|store/|app/|net/|http/|sys/(log|config|clock|timer|notify|sandbox)|event2/|curl/|libsmartcols/|nettle/)}
		    && $h !~ /^(lmdb|sodium|jansson|libfyaml)\.h$/
		    && -e "/usr/include/$h" || -e "/usr/include/x86_64-linux-gnu/$h";
		$ok = 1 if !$ok && $system && $folder !~ m{^(daemon/core|include)}
		    && $h !~ m{^(event2|curl|libsmartcols|nettle|lmdb|sodium|jansson|libfyaml)};
		next if $ok;
		print "$file:$.: may not include <$h>\n";
		$bad = 1;
	}
}
exit $bad;
