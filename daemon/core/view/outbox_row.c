/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the outbox as text. */
#include <kaocheng/outbox.h>

#include <string.h>

#include <kaocheng/instant.h>

#define HEAD "kaocheng/v1 message"

void
kc_out_row_release(struct kc_out_row *o)
{
	kc_buf_free(&o->text);
	kc_free(o->keys);
	o->keys = NULL;
	o->nkeys = 0;
}

enum kc_err
kc_out_row_keys(struct kc_out_row *o, const struct kc_slice *keys, size_t n)
{
	size_t at = 0;

	o->keys = kc_alloc(n * sizeof(*o->keys));
	for (size_t i = 0; i < n; i++) {
		kc_buf_slice(&o->text, keys[i]);
		kc_buf_char(&o->text, '\n');
	}
	if (o->keys == NULL || kc_buf_err(&o->text) != KC_OK) {
		kc_out_row_release(o);
		return KC_ENOMEM;
	}
	for (size_t i = 0; i < n; at += keys[i++].n + 1)
		o->keys[i] = (struct kc_slice){o->text.p + at, keys[i].n};
	o->nkeys = n;
	return KC_OK;
}

/* --- writing --- */
static void
put(struct kc_buf *b, const char *name, struct kc_slice value)
{
	kc_buf_str(b, name);
	kc_buf_char(b, ' ');
	kc_buf_slice(b, value);
	kc_buf_char(b, '\n');
}

static void
put_u64(struct kc_buf *b, const char *name, uint64_t value)
{
	kc_buf_str(b, name);
	kc_buf_char(b, ' ');
	kc_buf_u64(b, value);
	kc_buf_char(b, '\n');
}

static void
put_ms(struct kc_buf *b, const char *name, int64_t ms)
{
	kc_buf_str(b, name);
	kc_buf_char(b, ' ');
	kc_buf_instant_ms(b, ms);
	kc_buf_char(b, '\n');
}

void
kc_buf_out_row(struct kc_buf *b, const struct kc_out_row *o)
{
	kc_buf_str(b, HEAD "\n");
	put(b, "to", kc_slice_str(o->to));
	put(b, "channel",
	    kc_slice_str(kc_word_text(KC_SET_CHANNEL, o->channel)));
	kc_buf_str(b, "day ");
	kc_buf_day(b, o->day);
	kc_buf_char(b, '\n');
	put_u64(b, "copy", o->copy);
	put_ms(b, "made", o->made_ms);
	put_u64(b, "tries", o->tries);
	put_ms(b, "next", o->next_ms);
	if (o->reply[0] != '\0')
		put(b, "reply", kc_slice_str(o->reply));
	for (size_t i = 0; i < o->nkeys; i++)
		put(b, "notice", o->keys[i]);
}

/* --- reading --- */
struct reader {
	struct kc_slice rest, line;
	bool bad;
};

/* The value of the next line if it has this name; *there says so. */
static struct kc_slice
peek(struct reader *r, const char *name, bool *there)
{
	struct kc_slice rest = r->rest, line = {0}, before = {0};

	*there = !r->bad && kc_slice_line(&rest, &line) &&
	    kc_slice_cut(&line, ' ', &before) && kc_slice_is(before, name);
	if (*there)
		r->rest = rest;
	return line;
}

static struct kc_slice
want(struct reader *r, const char *name)
{
	bool there;
	struct kc_slice value = peek(r, name, &there);

	r->bad = r->bad || !there;
	return there ? value : (struct kc_slice){0};
}

static unsigned
want_number(struct reader *r, const char *name, unsigned max)
{
	uint64_t v = 0;

	r->bad = !kc_read_u64(want(r, name), max, &v) || r->bad;
	return (unsigned)v;
}

static int64_t
want_ms(struct reader *r, const char *name)
{
	int64_t ms = 0;

	r->bad = !kc_read_instant_ms(want(r, name), &ms) || r->bad;
	return ms;
}

static void
read_head(struct reader *r, struct kc_out_row *o)
{
	struct kc_slice line, to;
	bool there;
	int channel;

	r->bad = !kc_slice_line(&r->rest, &line) || !kc_slice_is(line, HEAD);
	to = want(r, "to");
	r->bad = r->bad || !kc_note_name_ok(to) ||
	    !kc_slice_copy(o->to, sizeof(o->to), to);
	channel = kc_word_find(KC_SET_CHANNEL, want(r, "channel"));
	r->bad = r->bad || channel < 0;
	o->channel = channel < 0 ? 0 : (unsigned)channel;
	r->bad = !kc_read_day(want(r, "day"), &o->day) || r->bad;
	o->copy = want_number(r, "copy", KC_MESSAGE_COPIES_MAX);
	o->made_ms = want_ms(r, "made");
	o->tries = want_number(r, "tries", KC_OUT_TRIES_MAX);
	o->next_ms = want_ms(r, "next");
	line = peek(r, "reply", &there);
	if (there &&
	    (line.n == 0 || !kc_slice_copy(o->reply, sizeof(o->reply), line)))
		r->bad = true;
}

enum kc_err
kc_out_row_read(struct kc_out_row *o, const uint8_t id[KC_MESSAGE_ID_SIZE],
    struct kc_slice text)
{
	struct kc_slice keys[KC_MESSAGE_NOTICES_MAX];
	struct kc_notice_key key;
	struct reader r = {.rest = text};
	size_t n = 0;

	*o = (struct kc_out_row){0};
	memcpy(o->id, id, sizeof(o->id));
	read_head(&r, o);
	while (!r.bad && r.rest.n > 0) {
		struct kc_slice line = want(&r, "notice");

		r.bad = r.bad || n == KC_MESSAGE_NOTICES_MAX ||
		    !kc_notice_key_read(line, &key);
		if (!r.bad)
			keys[n++] = line;
	}
	if (r.bad || n == 0)
		return KC_ESYNTAX;
	return kc_out_row_keys(o, keys, n);
}
