/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger on disk beside its anchor, which may have more. */
#include "tool.h"

#include <time.h>

#define WAIT_MS 5 /* for a daemon that writes, so often */
#define WAITS 20

/* The head of `size` entries, as the batch that extends it holds it; where none
 * does, the one before the newest. */
static enum kc_err
find_head(struct kc_local *l, uint64_t size)
{
	enum kc_err err = KC_OK;

	for (size_t s = 0; err == KC_OK && s < l->held.n; s++) {
		struct kc_slice slot = kc_buf_view(&l->held.v[s].batch);
		struct kc_held_list list = {0};

		if (slot.n > 0)
			err = kc_held_list_take(&list, slot);
		for (size_t i = 0; err == KC_OK && i < list.n; i++) {
			const struct kc_append *b = &list.v[i].batch;

			if (b->size != size || b->checkpoint.n == 0)
				continue;
			kc_buf_reset(&l->anchor_note);
			kc_buf_slice(&l->anchor_note, b->checkpoint);
			err = kc_buf_err(&l->anchor_note);
		}
		kc_held_list_free(&list);
	}
	if (err == KC_ESYNTAX)
		err = KC_OK;
	if (err != KC_OK || l->anchor_note.n > 0 || l->held.n < 2)
		return err;
	kc_buf_slice(&l->anchor_note, kc_buf_view(&l->held.v[0].note));
	return kc_buf_err(&l->anchor_note);
}

/* What stands in the anchor alone, while a daemon writes both, or after the
 * power went: then what is told is told of the head before it. */
static enum kc_err
step_back(const struct kc_cli *cli, struct kc_local *l)
{
	uint64_t size = l->stood.size;
	struct kc_checkpoint newest = l->anchor;
	struct kc_hash root;
	enum kc_err err =
	    kc_redo_root(l->store, &l->stood, &l->held, newest.size, &root);

	if (err == KC_ENOTFOUND)
		return KC_EROLLBACK;
	if (err == KC_OK && !kc_hash_eq(&root, &newest.root))
		err = KC_EFORK;
	if (err != KC_OK)
		return err;
	l->beyond = newest.size - size;
	kc_cli_note(cli,
	    _("note: the anchor holds %llu entries that are not in the ledger "
	      "yet; a start of the daemon puts them there"),
	    (unsigned long long)l->beyond);
	l->has_anchor = false;
	kc_buf_reset(&l->anchor_note);
	err = find_head(l, size);
	if (err != KC_OK || l->anchor_note.n == 0)
		return err;
	err =
	    kc_checkpoint_parse(&l->anchor, kc_buf_view(&l->anchor_note), NULL);
	l->has_anchor = err == KC_OK && l->anchor.size <= size;
	return err;
}

/* A daemon that runs has the store catch up with its anchor when it is quiet,
 * or after some entries more: it is waited for, but not for one that does not
 * run any more. */
static enum kc_err
stand(struct kc_local *l)
{
	const struct timespec pause = {0, WAIT_MS * INT64_C(1000000)};
	enum kc_err err = kc_store_stands(l->store, &l->stood);

	for (unsigned i = 0;
	     err == KC_OK && i < WAITS && l->stood.size < l->anchor.size; i++) {
		(void)nanosleep(&pause, NULL);
		err = kc_store_stands(l->store, &l->stood);
	}
	return err;
}

/* The head on disk against the last checkpoint that was signed for it. */
enum kc_err
kc_local_compare(const struct kc_cli *cli, struct kc_local *l)
{
	struct kc_hash_reader hashes = kc_store_hashes(l->store);
	struct kc_hash root;
	enum kc_err err = stand(l);

	l->has_anchor = true;
	/* No more than both had when they were looked at. */
	if (err == KC_OK && l->anchor.size > l->log.size)
		l->log.size = l->stood.size < l->anchor.size ? l->stood.size
							     : l->anchor.size;
	if (err == KC_OK && l->anchor.size > l->stood.size)
		err = step_back(cli, l);
	if (err != KC_OK || !l->has_anchor)
		return err;
	err = kc_merkle_root(&hashes, l->anchor.size, &root);
	if (err == KC_OK && !kc_hash_eq(&root, &l->anchor.root))
		err = KC_EFORK;
	return err;
}
