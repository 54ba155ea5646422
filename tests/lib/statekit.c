/* SPDX-License-Identifier: Apache-2.0 */
/* The small city's ledger as one fixture of a test program. */
#include "statekit.h"

struct kit k;

int
at_empty(void **state)
{
	(void)state;
	kit_init(&k, KIT_EMPTY);
	return 0;
}

int
at_city(void **state)
{
	(void)state;
	kit_init(&k, KIT_CITY);
	return 0;
}

int
at_rules(void **state)
{
	(void)state;
	kit_init(&k, KIT_RULES);
	return 0;
}

int
at_lists(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	return 0;
}

int
done(void **state)
{
	(void)state;
	kit_free(&k);
	return 0;
}
