/* SPDX-License-Identifier: Apache-2.0 */
/* Names beside the actor ids of a view's document. */
#include <kaocheng/people.h>

#include <assert.h>
#include <string.h>

enum kc_err
kc_people_names(const char *dir, struct kc_slice actors, struct kc_buf *json)
{
	struct kc_json w = {.out = json};
	struct kc_slice actor;
	struct kc_person p;
	bool any = false;

	if (kc_buf_err(json) != KC_OK)
		return json->err;
	assert(json->n > 1 && json->p[json->n - 1] == '}');
	while (kc_slice_line(&actors, &actor)) {
		if (kc_people_get(dir, actor, &p, NULL) != KC_OK)
			continue;
		if (!any) {
			json->n--; /* the document goes on */
			kc_buf_str(json, ",\"names\":");
			kc_json_open(&w, '{');
			any = true;
		}
		kc_json_key(&w, p.actor);
		kc_json_str(&w, p.name);
	}
	if (any) {
		kc_json_close(&w, '}');
		kc_buf_char(json, '}');
	}
	return kc_buf_err(json);
}
