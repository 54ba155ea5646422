/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold before anything is admitted is kc_check's to say; here the
 * anchor is read, and a head that it lacks is signed. Nothing is repaired
 * silently.
 */
#include "app/startup.h"

#include <kaocheng/check.h>

static void
say(struct kc_buf *detail, const char *text)
{
	if (detail == NULL)
		return;
	if (detail->n > 0)
		kc_buf_str(detail, ": "); /* after what another said */
	kc_buf_str(detail, text);
}

/* A line about an anchor that is not at the head of the store. */
static void
say_anchor(const struct kc_startup *s, int level, const char *event,
    const struct kc_check *c)
{
	struct kc_buf b = {0};

	kc_buf_str(&b, "the anchor had ");
	kc_buf_u64(&b, c->head.size);
	kc_buf_str(&b, " entries, the store has ");
	kc_buf_u64(&b, c->size);
	kc_env_say(s->o, level, event, kc_buf_cstr(&b));
	kc_buf_free(&b);
}

static enum kc_err
new_edge(struct kc_startup *s, uint64_t size)
{
	struct kc_hash_reader r = kc_store_hashes(s->o->store);
	struct kc_edge *edge = NULL;
	enum kc_err err = kc_edge_new(&edge, &r, size);

	if (err != KC_OK)
		return err;
	kc_edge_free(s->edge);
	s->edge = edge;
	return KC_OK;
}

/* Entries that were committed, but whose head was not anchored any more. */
static enum kc_err
sign_head(struct kc_startup *s, const struct kc_check *c, const char *event,
    struct kc_buf *detail)
{
	struct kc_hash root, edge = kc_edge_root(s->edge);
	struct kc_buf note = {0};
	enum kc_err err =
	    kc_readback(s->readback, c->head.size, c->size, NULL, &root);

	if (err == KC_OK && !kc_hash_eq(&root, &edge))
		err = KC_ECORRUPT;
	if (err != KC_OK) {
		say(detail, "entries of the store do not fit their tiles");
		return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	}
	/* No anchor will hold what leads to this head. */
	err = kc_store_settle(s->o->store);
	if (err == KC_OK)
		err = kc_head_sign(s->head, c->state, s->edge, &note, detail);
	kc_buf_free(&note);
	if (err == KC_OK)
		say_anchor(s, KC_LEVEL_WARNING, event, c);
	else if (err == KC_EROLLBACK || err == KC_EFORK || err == KC_EFOREIGN)
		say(detail,
		    "the signer refuses: the store does not extend what it has "
		    "signed");
	else
		say(detail, "the anchor could not be written");
	return err == KC_OK || err == KC_EROLLBACK || err == KC_EFORK ||
		err == KC_EFOREIGN
	    ? err
	    : KC_EUNKNOWN;
}

/* The head becomes that of the anchor, then that of the store. */
static enum kc_err
take_head(struct kc_startup *s, const struct kc_check *c, struct kc_buf *detail)
{
	enum kc_err err = new_edge(s, c->size);

	kc_readback_forget(s->readback);
	if (err != KC_OK) {
		say(detail, "the tiles of the store cannot be read");
		return err;
	}
	if (c->head.size > 0)
		err = kc_head_publish(s->head, &c->head, c->anchor);
	if (err != KC_OK || c->size == c->head.size)
		return err;
	/* One that says "nothing yet" lacks no more than the first batch. */
	if (!c->reseed &&
	    (!c->has_anchor || (c->head.size == 0 && c->anchor_old))) {
		kc_head_set_cause(s->head, KC_CAUSE_NO_ANCHOR, NULL);
		return KC_OK;
	}
	if (c->anchor_old)
		say_anchor(s, KC_LEVEL_WARNING, "anchor-old", c);
	return sign_head(s, c,
	    c->reseed && c->head.size == 0 ? "anchor-reseeded"
					   : "anchor-mended",
	    detail);
}

static void
leave(void *past, const struct kc_state *st)
{
	kc_past_leave(past, st);
}

enum kc_err
kc_startup(struct kc_startup *s, struct kc_buf *detail)
{
	struct kc_signer *signer = &s->head->signer;
	struct kc_check c = {.store = s->o->store,
	    .log_keys = &signer->here,
	    .reseed = s->o->reseed_anchor,
	    .threads = s->o->threads,
	    .stop = s->o->stop,
	    .passed = leave,
	    .passed_ctx = s->past};
	struct kc_buf note = {0}, second = {0};
	enum kc_err err = signer->with.last(signer->with.ctx, &note);

	if (err != KC_OK && err != KC_ENOTFOUND)
		goto out;
	if (s->past != NULL)
		c.every = kc_past_start(s->past, kc_store_size(s->o->store));
	c.has_anchor = err == KC_OK;
	c.anchor = kc_buf_view(&note);
	if (s->o->second_anchor != NULL &&
	    kc_anchor_read(s->o->second_anchor, &second) == KC_OK)
		c.second = kc_buf_view(&second);
	err = kc_check(&c, detail);
	if (err == KC_EREFUSED)
		err = KC_ECORRUPT;
	if (err != KC_OK)
		goto out;
	kc_live_replace(s->live, c.state);
	kc_head_know_keys(s->head, c.state);
	err = take_head(s, &c, detail);
	if (err != KC_OK)
		goto out;
	kc_head_set_entries(s->head, c.size, kc_state_received_ms(c.state));
	kc_head_set_due(s->head, kc_live_due_ms(s->live));
out:
	kc_buf_free(&note);
	kc_buf_free(&second);
	return err;
}
