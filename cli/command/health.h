/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon says of itself, for views that know the ledger alone. */
#ifndef KC_CLI_HEALTH_H
#define KC_CLI_HEALTH_H

#include <kaocheng/light.h>

#include "lib/reader.h"

struct json_t;

/* The document of /healthz, which also answers 503; NULL: nobody answers. */
struct json_t *kc_health_ask(struct kc_reader *r);
/* A new row: a light, an item by its word and its name, and what it says. NULL
 * when out of memory. */
struct json_t *kc_item_row(const struct kc_cli *cli, enum kc_light light,
    const char *item, const char *name, const char *says);
/* A new row "daemon" with light, item and what it says; and the member that
 * goes with it. NULL when out of memory. */
struct json_t *
kc_health_row(const struct kc_cli *cli, const struct json_t *health);
struct json_t *kc_health_member(const struct json_t *health);

#endif
