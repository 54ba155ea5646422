/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of a list put together. A member's name with its quotes stands nowhere
 * within a string of JSON, so that it can be looked for as bytes. */
#include "joined.h"

#include <string.h>

#include <jansson.h>

#define ROWS "\"rows\":["
#define ROWS_END "],\"rows_next\":"
#define NAMES ",\"names\":{"

/* The place of a text, its length if it is not there. */
static size_t
place(struct kc_slice s, const char *text)
{
	const char *at = memmem(s.p, s.n, text, strlen(text));

	return at != NULL ? (size_t)(at - s.p) : s.n;
}

static struct kc_slice
from(struct kc_slice s, size_t at)
{
	return (struct kc_slice){s.p + at, s.n - at};
}

/* Keeps what stands after the rows, and takes its names out. */
static void
keep_tail(struct kc_joined *j, struct kc_slice tail)
{
	size_t at = place(tail, NAMES), open = at + sizeof(NAMES) - 2;
	json_t *names;

	kc_buf_reset(&j->tail);
	kc_buf_put(&j->tail, tail.p, at);
	if (at == tail.n)
		return;
	kc_buf_char(&j->tail, '}');
	names = json_loadb(tail.p + open, tail.n - open,
	    JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, NULL);
	if (j->names == NULL)
		j->names = json_object();
	(void)json_object_update(j->names, names);
	json_decref(names);
}

bool
kc_joined_goes_on(struct kc_slice after, struct kc_slice next)
{
	struct kc_cursor from = {0}, to;

	return kc_cursor_read(next, &to) &&
	    (after.n == 0 || kc_cursor_read(after, &from)) && to.at > from.at;
}

bool
kc_joined_next(
    struct kc_joined *j, struct kc_buf *whole, struct kc_slice *after)
{
	struct kc_slice s = j->any ? kc_buf_view(&j->tail) : kc_buf_view(whole);
	struct kc_slice rest = from(s, place(s, ROWS_END)), text, next;

	if (kc_buf_err(whole) != KC_OK || rest.n < sizeof(ROWS_END) ||
	    rest.p[sizeof(ROWS_END) - 1] != '"')
		return false;
	text = from(rest, sizeof(ROWS_END));
	if (!kc_slice_cut(&text, '"', &next) ||
	    !kc_joined_goes_on(*after, next) ||
	    !kc_slice_copy(j->after, sizeof(j->after), next)) {
		whole->err = KC_ESYNTAX;
		return false;
	}
	*after = kc_slice_str(j->after);
	if (!j->any) {
		keep_tail(j, rest);
		whole->n -= rest.n;
	}
	j->any = true;
	return true;
}

void
kc_joined_add(struct kc_joined *j, struct kc_buf *whole, struct kc_slice page)
{
	size_t begin = place(page, ROWS), end = place(page, ROWS_END);

	if (begin == page.n || end == page.n) {
		whole->err = KC_ESYNTAX;
		return;
	}
	begin += sizeof(ROWS) - 1;
	if (end > begin && whole->n > 0 && whole->p[whole->n - 1] != '[')
		kc_buf_char(whole, ',');
	kc_buf_put(whole, page.p + begin, end - begin);
	keep_tail(j, from(page, end));
}

enum kc_err
kc_joined_end(struct kc_joined *j, struct kc_buf *whole)
{
	char *names = NULL;

	if (!j->any)
		return kc_buf_err(whole);
	if (j->names != NULL)
		names = json_dumps(j->names, JSON_COMPACT);
	kc_buf_slice(whole, kc_buf_view(&j->tail));
	if (names != NULL && j->tail.n > 0) {
		whole->n--; /* the document goes on */
		kc_buf_str(whole, ",\"names\":");
		kc_buf_str(whole, names);
		kc_buf_char(whole, '}');
	}
	free(names);
	json_decref(j->names);
	if (kc_buf_err(whole) == KC_OK && j->tail.err != KC_OK)
		whole->err = j->tail.err;
	kc_buf_free(&j->tail);
	return kc_buf_err(whole);
}
