/* SPDX-License-Identifier: Apache-2.0 */
/* What every test of faults needs. */
#include "faultkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>
#include <kaocheng/store.h>

#include "tmpdir.h"

static void *
need(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		abort();
	return p;
}

static void
make_notes(struct fault *f)
{
	char duty[32];
	const char *fields[] = {"unit=G16", duty, "text=负责公路养护", NULL};

	kc_put_be64(f->first + 8, f->k.next_id + 1);
	for (unsigned i = 0; i < f->n; i++) {
		snprintf(duty, sizeof(duty), "duty=T%u", i);
		if (kit_note(&f->k, &f->text, KC_K_duty_register, "P09.a",
			fields) != KC_OK)
			abort();
		f->at[i + 1] = f->text.n;
	}
}

void
fault_found(struct fault *f, unsigned n)
{
	f->n = n;
	f->at = need(n + 1, sizeof(*f->at));
	f->acked = need(n, sizeof(*f->acked));
	f->seen = need(n, sizeof(*f->seen));
	make_notes(f);
	dk_make(&f->d, &f->k);
	dk_start(&f->d);
	dk_found(&f->d, &f->k);
	if (dk_stop(&f->d) != 0)
		abort();
}

void
fault_init(struct fault *f, unsigned n)
{
	memset(f, 0, sizeof(*f));
	kit_init(&f->k, KIT_CITY);
	fault_found(f, n);
}

void
fault_free(struct fault *f)
{
	dk_remove(&f->d);
	kc_buf_free(&f->text);
	free(f->at);
	free(f->acked);
	free(f->seen);
	kit_free(&f->k);
}

struct kc_slice
fault_note(const struct fault *f, unsigned i)
{
	return (struct kc_slice){f->text.p + f->at[i], f->at[i + 1] - f->at[i]};
}

int
fault_post_on(struct fault *f, int fd, unsigned i, struct kc_buf *reply)
{
	int status = dk_exchange(
	    fd, "POST", "/v1/entries", "text/plain", fault_note(f, i), reply);

	if (status == 200 || status == 201)
		f->acked[i] = true;
	return status;
}

int
fault_post(struct fault *f, unsigned i, struct kc_buf *reply)
{
	int fd = dk_connect(&f->d);
	int status;

	if (fd < 0)
		return 0;
	status = fault_post_on(f, fd, i, reply);
	close(fd);
	return status;
}

int
fault_post_many(
    struct fault *f, unsigned from, unsigned to, struct kc_buf *reply)
{
	struct kc_buf body = {0};
	size_t start = reply->n;
	int status;

	for (unsigned i = from; i < to; i++) {
		struct kc_slice note = fault_note(f, i);

		kc_buf_be16(&body, (uint16_t)note.n);
		kc_buf_slice(&body, note);
	}
	status = dk_request(&f->d, "POST", "/v1/entries",
	    "application/octet-stream", kc_buf_view(&body), reply);
	if (status == 200 &&
	    strstr(kc_buf_cstr(reply) + start, "\"problem\"") == NULL)
		for (unsigned i = from; i < to; i++)
			f->acked[i] = true;
	kc_buf_free(&body);
	return status;
}

struct client {
	struct fault_load *l;
	unsigned *waiting;
};

static void *
client_main(void *arg)
{
	struct client *c = arg;
	struct fault_load *l = c->l;
	int fd = dk_connect(&l->f->d);

	while (fd >= 0 && atomic_load(&l->go)) {
		unsigned i = *c->waiting;
		int status;

		if (i == 0)
			i = atomic_fetch_add(&l->next, 1) + 1;
		if (i > l->f->n)
			break;
		*c->waiting = i;
		status = fault_post_on(l->f, fd, i - 1, NULL);
		if (status != 200 && status != 201)
			break;
		*c->waiting = 0;
		atomic_fetch_add(&l->answered, 1);
	}
	if (fd >= 0)
		close(fd);
	free(c);
	return NULL;
}

void
fault_load_begin(struct fault_load *l, struct fault *f)
{
	l->f = f;
	atomic_store(&l->go, true);
	atomic_store(&l->answered, 0);
	for (unsigned i = 0; i < FAULT_CLIENTS; i++) {
		struct client *c = need(1, sizeof(*c));

		*c = (struct client){l, &l->waiting[i]};
		if (pthread_create(&l->thread[i], NULL, client_main, c) != 0)
			abort();
	}
}

void
fault_load_end(struct fault_load *l)
{
	atomic_store(&l->go, false);
	for (unsigned i = 0; i < FAULT_CLIENTS; i++)
		pthread_join(l->thread[i], NULL);
}

struct count {
	struct fault *f;
	struct kc_entry *e;
};

static enum kc_err
count_one(void *ctx, uint64_t seq, struct kc_slice bytes)
{
	struct count *c = ctx;
	uint64_t first = kc_be64(c->f->first + 8), id;
	struct kc_refusal why = {0};
	struct kc_leaf leaf;

	if (kc_leaf_parse(&leaf, bytes) != KC_OK || leaf.seq != seq ||
	    kc_entry_decode(c->e, leaf.note, &why) != KC_OK)
		return KC_ECORRUPT;
	id = kc_be64(c->e->id + 8);
	if (kc_be64(c->e->id) == 0 && id >= first && id - first < c->f->n)
		c->f->seen[id - first]++;
	return KC_OK;
}

bool
fault_count(struct fault *f)
{
	struct kc_store_options o = {.dir = f->d.dir, .read_only = true};
	struct count c = {f, need(1, sizeof(*c.e))};
	struct kc_store *store = NULL;
	enum kc_err err = kc_store_open(&store, &o, NULL);

	memset(f->seen, 0, f->n * sizeof(*f->seen));
	if (err == KC_OK)
		err = kc_store_scan(
		    store, 0, kc_store_size(store), count_one, &c);
	kc_store_close(store);
	free(c.e);
	return err == KC_OK;
}

unsigned
fault_acked(const struct fault *f)
{
	unsigned n = 0;

	for (unsigned i = 0; i < f->n; i++)
		n += f->acked[i];
	return n;
}

unsigned
fault_lost(const struct fault *f)
{
	unsigned n = 0;

	for (unsigned i = 0; i < f->n; i++)
		n += f->acked[i] && f->seen[i] == 0;
	return n;
}

unsigned
fault_twice(const struct fault *f)
{
	unsigned n = 0;

	for (unsigned i = 0; i < f->n; i++)
		n += f->seen[i] > 1;
	return n;
}

bool
fault_sound(struct fault *f, const char *when)
{
	bool read = fault_count(f);

	return tap_ok(read && fault_lost(f) == 0 && fault_twice(f) == 0,
	    "%s: of %u acknowledged entries %u are missing, %u stand twice",
	    when, fault_acked(f), fault_lost(f), fault_twice(f));
}

static const char *const files[] = {"ledger.mdb", "anchor"};

void
fault_keep(const struct fault *f, const char *name)
{
	char to[64];

	for (unsigned i = 0; i < 2; i++) {
		snprintf(to, sizeof(to), "%s.%s", files[i], name);
		tmpdir_copy(f->d.dir, files[i], to);
	}
}

void
fault_restore(const struct fault *f, const char *name)
{
	char from[64];

	for (unsigned i = 0; i < 2; i++) {
		snprintf(from, sizeof(from), "%s.%s", files[i], name);
		tmpdir_copy(f->d.dir, from, files[i]);
	}
}

int
fault_get(const struct fault *f, const char *path, struct kc_buf *reply)
{
	return dk_request(&f->d, "GET", path, NULL, KC_LIT(""), reply);
}

long
fault_number(struct kc_buf *json, const char *key)
{
	char want[64];
	const char *at;

	snprintf(want, sizeof(want), "\"%s\":", key);
	at = strstr(kc_buf_cstr(json), want);
	return at != NULL ? strtol(at + strlen(want), NULL, 10) : -1;
}

long
fault_size(const struct fault *f)
{
	struct kc_buf reply = {0};
	long size;

	(void)fault_get(f, "/healthz", &reply);
	size = fault_number(&reply, "size");
	kc_buf_free(&reply);
	return size;
}

/* The text of a JSON string member that has no escapes but \n. */
static bool
take_text(struct kc_buf *json, const char *key, struct kc_buf *out)
{
	char want[64];
	const char *at;

	snprintf(want, sizeof(want), "\"%s\":\"", key);
	at = strstr(kc_buf_cstr(json), want);
	if (at == NULL)
		return false;
	for (at += strlen(want); *at != '"' && *at != '\0'; at++) {
		if (*at == '\\' && *++at == 'n')
			kc_buf_char(out, '\n');
		else
			kc_buf_char(out, *at);
	}
	return *at == '"';
}

bool
fault_receipt_holds(struct fault *f, struct kc_buf *reply)
{
	struct kc_buf receipt = {0}, leaf = {0};
	struct kc_checkpoint c;
	char path[64];
	long seq;
	bool good;

	good = take_text(reply, "receipt", &receipt);
	seq = fault_number(reply, "seq");
	snprintf(path, sizeof(path), "/v1/entries/%ld/raw", seq);
	good = good && fault_get(f, path, &leaf) == 200 &&
	    kc_proof_verify(kc_buf_view(&receipt), kc_buf_view(&leaf),
		&kit_key(&f->k, KIT_ORIGIN)->vkey, &c) == KC_OK;
	kc_buf_free(&receipt);
	kc_buf_free(&leaf);
	return good;
}
