/* SPDX-License-Identifier: Apache-2.0 */
/* Special addresses (IANA's registries of IPv4 and IPv6) as one table. */
#include "remind/reach.h"

#include <netinet/in.h>
#include <string.h>

enum class {
	NEVER,
	LOOPBACK,
	PRIVATE,
	PUBLIC
};

/* IPv4 stands as ::ffff:a.b.c.d, so its prefixes are 96 bits longer. */
#define V4(a, b, c, d, bits, class)                                            \
	{                                                                      \
		{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d},        \
		    96 + (bits), class                                         \
	}
#define V6(a, b, bits, class)                                                  \
	{                                                                      \
		{(a) >> 8, (a)&0xff, (b) >> 8, (b)&0xff}, bits, class          \
	}

static const struct {
	uint8_t prefix[16];
	unsigned bits;
	enum class class;
} table[] = {
    /* The first that holds decides. What tells a machine in a cloud its own
     * secrets: the link-local 169.254.169.254, Alibaba's, AWS's over IPv6. */
    V4(100, 100, 100, 200, 32, NEVER),
    {{0xfd, 0x00, 0x0e, 0xc2, [15] = 0x54, [14] = 0x02}, 128, NEVER},
    V4(127, 0, 0, 0, 8, LOOPBACK),
    V4(10, 0, 0, 0, 8, PRIVATE),
    V4(172, 16, 0, 0, 12, PRIVATE),
    V4(192, 168, 0, 0, 16, PRIVATE),
    V4(100, 64, 0, 0, 10, PRIVATE),
    V4(0, 0, 0, 0, 8, NEVER),
    V4(169, 254, 0, 0, 16, NEVER),
    V4(192, 0, 0, 0, 24, NEVER),
    V4(192, 0, 2, 0, 24, NEVER),
    V4(192, 88, 99, 0, 24, NEVER),
    V4(198, 18, 0, 0, 15, NEVER),
    V4(198, 51, 100, 0, 24, NEVER),
    V4(203, 0, 113, 0, 24, NEVER),
    V4(224, 0, 0, 0, 3, NEVER),
    V4(0, 0, 0, 0, 0, PUBLIC),
    {{[15] = 1}, 128, LOOPBACK},
    V6(0xfc00, 0, 7, PRIVATE),
    /* Addresses that hide another one: 6to4, Teredo and its neighbours. */
    V6(0x2002, 0, 16, NEVER),
    V6(0x2001, 0, 23, NEVER),
    V6(0x2001, 0x0db8, 32, NEVER),
    V6(0x2000, 0, 3, PUBLIC),
    {{0}, 0, NEVER},
};

static bool
under(const uint8_t a[16], const uint8_t prefix[16], unsigned bits)
{
	unsigned bytes = bits / 8;
	unsigned rest = 8 - bits % 8;

	return memcmp(a, prefix, bytes) == 0 &&
	    (rest == 8 || a[bytes] >> rest == prefix[bytes] >> rest);
}

static enum class class_of(const uint8_t a[16]) {
	size_t i = 0;

	    while (!under(a, table[i].prefix, table[i].bits)) i++;
	    return table[i].class;
}

bool
kc_reach_ok(const struct sockaddr *to, enum kc_remind_reach reach)
{
	uint8_t a[16] = {[10] = 0xff, [11] = 0xff};
	enum class class;

	if (to->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, to, sizeof(in));
		memcpy(a + 12, &in.sin_addr, 4);
	} else if (to->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, to, sizeof(in6));
		memcpy(a, &in6.sin6_addr, 16);
	} else {
		return false;
	}
	class = class_of(a);
	switch (reach) {
	case KC_REACH_PUBLIC:
		return class == PUBLIC;
	case KC_REACH_PRIVATE:
		return class == PUBLIC || class == PRIVATE;
	case KC_REACH_LOOPBACK:
		return class == LOOPBACK;
	}
	return false;
}
