/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses at both sides of every border. */
#include "remind/reach.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Which of "public", "private" and "loopback" reach it, as letters. */
static const char *
who(const char *text)
{
	static char out[4];
	struct sockaddr_storage at = {0};
	struct sockaddr_in *in = (struct sockaddr_in *)&at;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&at;
	char *p = out;

	if (inet_pton(AF_INET, text, &in->sin_addr) == 1)
		in->sin_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1)
		in6->sin6_family = AF_INET6;
	for (unsigned r = KC_REACH_PUBLIC; r <= KC_REACH_LOOPBACK; r++)
		if (kc_reach_ok(
			(const struct sockaddr *)&at, (enum kc_remind_reach)r))
			*p++ = "Ppl"[r];
	*p = '\0';
	return out;
}

static void
test_reach__every_border(void **state)
{
	static const char *const rows[][2] = {
	    /* both from the public network and with private ranges */
	    {"8.8.8.8", "Pp"}, {"9.255.255.255", "Pp"}, {"11.0.0.0", "Pp"},
	    {"100.63.255.255", "Pp"}, {"100.128.0.0", "Pp"},
	    {"126.255.255.255", "Pp"}, {"128.0.0.0", "Pp"},
	    {"169.253.255.255", "Pp"}, {"169.255.0.0", "Pp"},
	    {"172.15.255.255", "Pp"}, {"172.32.0.0", "Pp"},
	    {"192.167.255.255", "Pp"}, {"192.169.0.0", "Pp"},
	    {"198.17.255.255", "Pp"}, {"198.20.0.0", "Pp"},
	    {"223.255.255.255", "Pp"}, {"240e::1", "Pp"}, {"2001:200::1", "Pp"},
	    {"2001:da8::1", "Pp"}, {"::ffff:8.8.8.8", "Pp"},
	    /* private ranges only */
	    {"10.0.0.0", "p"}, {"10.255.255.255", "p"}, {"100.64.0.0", "p"},
	    {"100.127.255.255", "p"}, {"172.16.0.0", "p"},
	    {"172.31.255.255", "p"}, {"192.168.0.0", "p"},
	    {"192.168.255.255", "p"}, {"fc00::1", "p"}, {"fdff::1", "p"},
	    {"::ffff:10.1.2.3", "p"},
	    /* this machine only */
	    {"127.0.0.1", "l"}, {"127.255.255.255", "l"}, {"::1", "l"},
	    {"::ffff:127.0.0.1", "l"},
	    /* never */
	    {"0.0.0.0", ""}, {"0.255.255.255", ""}, {"169.254.0.0", ""},
	    {"169.254.169.254", ""}, {"169.254.255.255", ""},
	    {"100.100.100.200", ""}, {"192.0.0.192", ""}, {"192.0.2.1", ""},
	    {"198.18.0.1", ""}, {"198.51.100.1", ""}, {"203.0.113.1", ""},
	    {"224.0.0.1", ""}, {"255.255.255.255", ""}, {"::", ""}, {"::2", ""},
	    {"::7f00:1", ""}, {"64:ff9b::7f00:1", ""}, {"2002:7f00:1::", ""},
	    {"2001::1", ""}, {"2001:db8::1", ""}, {"fd00:ec2::254", ""},
	    {"fe80::1", ""}, {"fec0::1", ""}, {"ff02::1", ""},
	    {"::ffff:169.254.169.254", ""}, {"::ffff:100.100.100.200", ""},
	    {"no address", ""}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(who(rows[i][0]), rows[i][1]) != 0)
			fail_msg("%s: %s, not %s", rows[i][0], who(rows[i][0]),
			    rows[i][1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reach__every_border),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
