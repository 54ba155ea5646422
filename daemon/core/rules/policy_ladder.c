/* SPDX-License-Identifier: Apache-2.0 */
/* The one list among the keys of a policy: the stages of reminders. */
#include <assert.h>
#include <string.h>

#include "policy_priv.h"

#define STAGE_MAX 250 /* working days: a year */

static const int16_t defaults[] = {-30, -15, -7, -3, -1, 0, 1, 3, 7};

void
kc_policy_default_ladder(struct kc_policy *p)
{
	assert(p->value[KC_P_REMIND_LADDER] ==
	    sizeof(defaults) / sizeof(defaults[0]));
	memcpy(p->ladder, defaults, sizeof(defaults));
}

enum kc_err
kc_policy_read_ladder(struct kc_yaml *y, const struct kc_yaml_node *list,
    const char *label, struct kc_policy *p, int64_t *out)
{
	int64_t stage, least = -STAGE_MAX;
	size_t n = 0;

	if (list->n == 0 || list->n > KC_LADDER_MAX)
		return kc_yaml_refuse(
		    y, list, KC_R_KEY_VALUE, label, "[-30, .., 7]");
	for (const struct kc_yaml_node *i = list->first; i != NULL;
	     i = i->next) {
		enum kc_err err =
		    kc_yaml_int(y, i, label, least, STAGE_MAX, &stage);

		if (err != KC_OK)
			return err;
		p->ladder[n++] = (int16_t)stage;
		least = stage + 1; /* ascending, each once */
	}
	*out = (int64_t)n;
	return KC_OK;
}

void
kc_policy_put_ladder(struct kc_buf *b, const struct kc_policy *p)
{
	kc_buf_char(b, '[');
	for (int64_t i = 0; i < p->value[KC_P_REMIND_LADDER]; i++) {
		kc_buf_str(b, i == 0 ? "" : ", ");
		kc_buf_i64(b, p->ladder[i]);
	}
	kc_buf_char(b, ']');
}
