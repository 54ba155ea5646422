/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups in the strict tree and readers of one scalar. */
#include <assert.h>

#include <kaocheng/civil.h>
#include <kaocheng/near.h>

#include "yaml.h"

const struct kc_yaml_node *
kc_yaml_get(const struct kc_yaml_node *map, const char *name)
{
	const struct kc_yaml_node *c;

	assert(map->kind == KC_YAML_MAP);
	for (c = map->first; c != NULL; c = c->next) {
		if (kc_slice_is(c->key, name))
			break;
	}
	return c;
}

enum kc_err
kc_yaml_want(struct kc_yaml *y, const struct kc_yaml_node *node,
    enum kc_yaml_kind kind, const char *label)
{
	static const char *const form[] = {[KC_YAML_SCALAR] = "x",
	    [KC_YAML_LIST] = "[ ]",
	    [KC_YAML_MAP] = "{ }"};

	if (node->kind == kind)
		return KC_OK;
	return kc_yaml_refuse(y, node, KC_R_KEY_VALUE, label, form[kind]);
}

enum kc_err
kc_yaml_need(struct kc_yaml *y, const struct kc_yaml_node *map,
    const char *name, enum kc_yaml_kind kind, const struct kc_yaml_node **out)
{
	*out = kc_yaml_get(map, name);
	if (*out == NULL)
		return kc_yaml_refuse(y, map, KC_R_KEY_MISSING, name, NULL);
	return kc_yaml_want(y, *out, kind, name);
}

enum kc_err
kc_yaml_keys(struct kc_yaml *y, const struct kc_yaml_node *map,
    const struct kc_slice *names, size_t n)
{
	assert(map->kind == KC_YAML_MAP);
	for (const struct kc_yaml_node *c = map->first; c; c = c->next) {
		char key[KC_YAML_NAME_MAX], near[KC_YAML_NAME_MAX];
		struct kc_near meant;
		size_t i = 0;

		while (i < n && !kc_slice_eq(names[i], c->key))
			i++;
		if (i < n)
			continue;
		(void)kc_slice_copy(key, sizeof(key), c->key);
		kc_near_begin(&meant, c->key);
		for (i = 0; i < n; i++)
			kc_near_try(&meant, names[i]);
		(void)kc_slice_copy(near, sizeof(near), kc_near_one(&meant));
		return kc_yaml_refuse_at(y, c->key_line, c->key_col,
		    KC_R_KEY_UNKNOWN, key, near[0] == '\0' ? NULL : near);
	}
	return KC_OK;
}

static enum kc_err
refuse_value(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, const char *wants)
{
	return kc_yaml_refuse(y, node, KC_R_KEY_VALUE, label, wants);
}

enum kc_err
kc_yaml_text(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, char *out, size_t size)
{
	char wants[32];
	struct kc_slice t = node->text;

	if (node->kind == KC_YAML_SCALAR && t.n > 0 &&
	    memchr(t.p, '\n', t.n) == NULL && kc_slice_copy(out, size, t))
		return KC_OK;
	(void)snprintf(wants, sizeof(wants), "text, 1..%zu bytes", size - 1);
	return refuse_value(y, node, label, wants);
}

enum kc_err
kc_yaml_code(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, char *out, size_t size)
{
	struct kc_slice t = node->text;
	char wants[32];
	bool ok = node->kind == KC_YAML_SCALAR && !node->quoted && t.n > 0;

	for (size_t i = 0; ok && i < t.n; i++) {
		char c = t.p[i];

		ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
	}
	if (ok && kc_slice_copy(out, size, t))
		return KC_OK;
	(void)snprintf(wants, sizeof(wants), "A-Za-z0-9._-, 1..%zu", size - 1);
	return refuse_value(y, node, label, wants);
}

enum kc_err
kc_yaml_int(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t min, int64_t max, int64_t *out)
{
	char wants[48];

	if (node->kind == KC_YAML_SCALAR && !node->quoted &&
	    kc_read_i64(node->text, min, max, out))
		return KC_OK;
	(void)snprintf(
	    wants, sizeof(wants), "%lld..%lld", (long long)min, (long long)max);
	return refuse_value(y, node, label, wants);
}

enum kc_err
kc_yaml_points(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t min, int64_t max, int64_t *out)
{
	struct kc_buf wants = {0};
	int64_t v;
	enum kc_err err;

	if (node->kind == KC_YAML_SCALAR && node->quoted &&
	    kc_read_points(node->text, &v) && v >= min && v <= max) {
		*out = v;
		return KC_OK;
	}
	kc_buf_char(&wants, '"');
	kc_buf_points(&wants, min);
	kc_buf_str(&wants, "\"..\"");
	kc_buf_points(&wants, max);
	kc_buf_char(&wants, '"');
	(void)kc_buf_cstr(&wants);
	err = kc_buf_err(&wants);
	if (err == KC_OK)
		err = refuse_value(y, node, label, kc_buf_cstr(&wants));
	kc_buf_free(&wants);
	return err;
}

/* "80%" -> 8000, "12.5%" -> 1250, "0.05%" -> 5; one spelling each. */
static bool
read_rate(struct kc_slice s, int64_t *out)
{
	struct kc_slice whole;
	uint64_t v, part = 0;

	if (s.n < 2 || s.p[s.n - 1] != '%')
		return false;
	s.n--;
	if (kc_slice_cut(&s, '.', &whole)) {
		if (s.n < 1 || s.n > 2 || s.p[s.n - 1] == '0')
			return false;
		for (size_t i = 0; i < 2; i++) {
			char c = i < s.n ? s.p[i] : '0';

			if (c < '0' || c > '9')
				return false;
			part = part * 10 + (uint64_t)(c - '0');
		}
	} else {
		whole = s;
	}
	if (!kc_read_u64(whole, 1000, &v))
		return false;
	*out = (int64_t)(v * 100 + part);
	return true;
}

enum kc_err
kc_yaml_rate(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t min, int64_t max, int64_t *out)
{
	char wants[48];
	int64_t v;

	if (node->kind == KC_YAML_SCALAR && node->quoted &&
	    read_rate(node->text, &v) && v >= min && v <= max) {
		*out = v;
		return KC_OK;
	}
	(void)snprintf(wants, sizeof(wants), "\"%lld%%\"..\"%lld%%\"",
	    (long long)(min / 100), (long long)(max / 100));
	return refuse_value(y, node, label, wants);
}

enum kc_err
kc_yaml_month_day(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t *out)
{
	struct kc_slice t = node->text;

	if (node->kind == KC_YAML_SCALAR && node->quoted && t.n == 5 &&
	    t.p[2] == '-') {
		char text[11] = "2001-";
		kc_day d;
		int year, month, day;

		/* A common year: 29 February is not a day of every year. */
		memcpy(text + 5, t.p, 5);
		if (kc_read_day((struct kc_slice){text, 10}, &d)) {
			kc_day_to_civil(d, &year, &month, &day);
			*out = month * 100 + day;
			return KC_OK;
		}
	}
	return refuse_value(y, node, label, "\"01-01\"..\"12-31\"");
}

/* "09:00" */
static bool
read_time(struct kc_slice t, int64_t *out)
{
	int64_t hour, minute;

	if (t.n != 5 || t.p[2] != ':' || t.p[0] < '0' || t.p[0] > '2')
		return false;
	for (size_t i = 1; i < 5; i++)
		if (i != 2 && (t.p[i] < '0' || t.p[i] > '9'))
			return false;
	hour = (t.p[0] - '0') * 10 + (t.p[1] - '0');
	minute = (t.p[3] - '0') * 10 + (t.p[4] - '0');
	*out = hour * 60 + minute;
	return hour < 24 && minute < 60;
}

enum kc_err
kc_yaml_time(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t *out)
{
	if (node->kind == KC_YAML_SCALAR && node->quoted &&
	    read_time(node->text, out))
		return KC_OK;
	return refuse_value(y, node, label, "\"00:00\"..\"23:59\"");
}

enum kc_err
kc_yaml_span(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, int64_t *out)
{
	struct kc_slice from = {0}, to = node->text;
	int64_t a, b;

	if (node->kind == KC_YAML_SCALAR && node->quoted &&
	    kc_slice_cut(&to, '-', &from) && read_time(from, &a) &&
	    read_time(to, &b)) {
		*out = a * 10000 + b;
		return KC_OK;
	}
	return refuse_value(y, node, label, "\"20:00-08:00\"");
}

enum kc_err
kc_yaml_word(struct kc_yaml *y, const struct kc_yaml_node *node,
    const char *label, const char *const *words, int64_t *out)
{
	char wants[KC_REFUSAL_ARG_MAX];
	size_t used = 0;

	for (size_t i = 0; words[i] != NULL; i++) {
		size_t n = strlen(words[i]);

		if (node->kind == KC_YAML_SCALAR && !node->quoted &&
		    kc_slice_is(node->text, words[i])) {
			*out = (int64_t)i;
			return KC_OK;
		}
		if (used + n + 2 > sizeof(wants))
			continue;
		if (i > 0)
			wants[used++] = '|';
		memcpy(wants + used, words[i], n);
		used += n;
	}
	wants[used] = '\0';
	return refuse_value(y, node, label, wants);
}
