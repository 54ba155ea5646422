/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one year's calendar file: docs/POLICY.md "Calendar file". */
#include <assert.h>

#include <kaocheng/limits.h>

#include "base/yaml.h"
#include "calendar_priv.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct reader {
	struct kc_yaml *y;
	int year;
	struct kc_cal_year marks;
};

/* "2022-01-03" or "2022-01-01..2022-01-03" */
static bool
read_days(struct kc_slice s, kc_day *first, kc_day *last)
{
	if (s.n == 10) {
		if (!kc_read_day(s, first))
			return false;
		*last = *first;
		return true;
	}
	if (s.n != 22 || s.p[10] != '.' || s.p[11] != '.')
		return false;
	return kc_read_day((struct kc_slice){s.p, 10}, first) &&
	    kc_read_day((struct kc_slice){s.p + 12, 10}, last) &&
	    *first < *last;
}

static enum kc_err
mark_days(struct reader *r, const struct kc_yaml_node *node,
    enum kc_day_mark mark, const char *label)
{
	char range[48];
	unsigned from, to;
	kc_day first, last;

	if (node->kind != KC_YAML_SCALAR || node->quoted ||
	    !read_days(node->text, &first, &last))
		return kc_yaml_refuse(r->y, node, KC_R_KEY_VALUE, label,
		    "2022-01-03|2022-01-01..2022-01-03");
	/* A notice speaks of its year and of the days beside it. */
	if (!kc_cal_index(r->year, first, &from) ||
	    !kc_cal_index(r->year, last, &to)) {
		(void)snprintf(range, sizeof(range), "%d-12-01..%d-01-31",
		    r->year - 1, r->year + 1);
		return kc_yaml_refuse(r->y, node, KC_R_KEY_VALUE, label, range);
	}
	for (unsigned i = from; i <= to; i++) {
		if (kc_cal_mark(&r->marks, i) != KC_DAY_PLAIN)
			return kc_yaml_refuse(
			    r->y, node, KC_R_KEY_VALUE, label, "off|work, 1x");
		kc_cal_set_mark(&r->marks, i, mark);
	}
	return KC_OK;
}

static enum kc_err
read_list(struct reader *r, const struct kc_yaml_node *root, const char *name,
    enum kc_day_mark mark)
{
	const struct kc_yaml_node *list, *c;
	enum kc_err err;

	err = kc_yaml_need(r->y, root, name, KC_YAML_LIST, &list);
	for (c = err == KC_OK ? list->first : NULL; c && !err; c = c->next)
		err = mark_days(r, c, mark, name);
	return err;
}

static enum kc_err
read_file(struct reader *r)
{
	static const struct kc_slice names[] = {{"calendar", 8}, {"year", 4},
	    {"notice", 6}, {"off", 3}, {"work", 4}};
	const struct kc_yaml_node *root = kc_yaml_root(r->y);
	const struct kc_yaml_node *node;
	char text[256];
	int64_t year = 0;
	enum kc_err err;

	err = kc_yaml_keys(r->y, root, names, COUNT(names));
	if (err == KC_OK)
		err =
		    kc_yaml_need(r->y, root, "calendar", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_code(r->y, node, "calendar", text, 16);
	if (err == KC_OK)
		err = kc_yaml_need(r->y, root, "year", KC_YAML_SCALAR, &node);
	if (err == KC_OK) /* the years beside it must have day numbers too */
		err = kc_yaml_int(r->y, node, "year", KC_YEAR_MIN + 1,
		    KC_YEAR_MAX - 1, &year);
	r->year = (int)year;
	if (err == KC_OK)
		err = kc_yaml_need(r->y, root, "notice", KC_YAML_SCALAR, &node);
	if (err == KC_OK)
		err = kc_yaml_text(r->y, node, "notice", text, sizeof(text));
	if (err == KC_OK)
		err = read_list(r, root, "off", KC_DAY_OFF);
	if (err == KC_OK)
		err = read_list(r, root, "work", KC_DAY_WORK);
	return err;
}

enum kc_err
kc_calendar_add(struct kc_calendar *c, struct kc_slice yaml, const char *name,
    struct kc_refusal *why)
{
	struct reader r = {0};
	enum kc_err err;

	*why = (struct kc_refusal){0};
	err = kc_yaml_parse(&r.y, yaml, name, why);
	if (err == KC_OK)
		err = read_file(&r);
	if (err == KC_OK)
		kc_cal_replace(c, r.year, &r.marks);
	kc_yaml_free(r.y);
	return err;
}
