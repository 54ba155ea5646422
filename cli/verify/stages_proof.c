/* SPDX-License-Identifier: Apache-2.0 */
/* One entry by a receipt that somebody kept: with its leaf in it (a proof
 * file), or in a file beside it. */
#include "stages.h"

#include <fcntl.h>
#include <unistd.h>

#include <kaocheng/proof.h>
#include <kaocheng/stamp.h>

#include "lib/file.h"
#include "lib/foreign.h"
#include "lib/i18n.h"
#include "stages_print.h"

bool
kc_stages_begins(const char *path, bool (*is)(struct kc_slice bytes))
{
	char head[32];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));

	if (fd >= 0)
		close(fd);
	return n > 0 && is((struct kc_slice){head, (size_t)n});
}

bool
kc_stages_is_proof(const char *path)
{
	return kc_stages_begins(path, kc_proof_is);
}

/* --- what it proves --- */
static bool
proves(const struct kc_verify_report *r)
{
	return r->signed_by_log &&
	    r->stage[KC_VERIFY_ENTRIES].outcome == KC_VERIFY_OK;
}

void
kc_stages_print_entry(
    const struct kc_stages *s, const struct kc_verify_report *r)
{
	struct kc_slice rest = s->entry, line;

	if (!proves(r))
		return;
	printf(
	    _("entry #%llu is, word for word:\n"), (unsigned long long)r->seq);
	while (kc_slice_line(&rest, &line)) {
		struct kc_buf shown = {0};

		kc_buf_foreign(&shown, line);
		printf("  %s\n", kc_buf_cstr(&shown));
		kc_buf_free(&shown);
	}
}

void
kc_stages_json_entry(struct kc_json *w, const struct kc_stages *s,
    const struct kc_verify_report *r)
{
	if (!proves(r))
		return;
	kc_json_key(w, "entry");
	kc_json_open(w, '{');
	kc_json_key(w, "seq");
	kc_json_u64(w, r->seq);
	kc_json_key(w, "text");
	kc_json_slice(w, s->entry);
	kc_json_close(w, '}');
}

/* --- the whole --- */
static int
judge(const struct kc_stages *s, const struct kc_verify_options *o,
    struct kc_verify_report *report)
{
	struct kc_stages shown = *s;
	int code = kc_stages_check(s, o, report);

	if (code != 0)
		return code;
	shown.entry = o->leaf;
	return kc_stages_end(&shown, report);
}

static int
want_trust(const struct kc_stages *s)
{
	return s->trust != NULL
	    ? 0
	    : kc_stages_say(s, KC_STAGES_USAGE, NULL,
		  _("a receipt says nothing by itself: give --trust FILE "
		    "from elsewhere"));
}

int
kc_stages_proof(const struct kc_stages *s)
{
	static struct kc_verify_report report; /* large */
	struct kc_buf receipt = {0}, leaf = {0};
	struct kc_verify_options o = {0};
	struct kc_stages shown = *s;
	struct kc_proof p;
	enum kc_err err;
	int code = want_trust(s);

	if (code != 0)
		return code;
	err = kc_file_load(s->path, KC_PROOF_FILE_MAX, &receipt);
	if (err == KC_OK && receipt.n == 0)
		err = KC_EINCOMPLETE;
	if (err == KC_OK && s->leaf != NULL) {
		err = kc_file_load(s->leaf, KC_LEAF_MAX, &leaf);
		shown.path = err == KC_OK ? s->path : s->leaf;
	} else if (err == KC_OK &&
	    kc_proof_parse(&p, kc_buf_view(&receipt)) == KC_OK) {
		err = kc_proof_leaf(&p, &leaf);
		err = err == KC_ENOMEM ? err : KC_OK;
	}
	o.receipt = kc_buf_view(&receipt);
	o.leaf = kc_buf_view(&leaf);
	code = err == KC_OK ? judge(s, &o, &report)
			    : kc_stages_unreadable(&shown, err);
	kc_buf_free(&receipt);
	kc_buf_free(&leaf);
	return code;
}

/* --- the stamp of a document on paper --- */
/* Without its entry a stamp says which hash stands where, and no more. */
static int
say_hash(const struct kc_stages *s, const struct kc_stamped *stamp, int code)
{
	struct kc_buf text = {0};

	kc_buf_str(&text,
	    _("the stamp does not hold its entry: give it with --leaf FILE. "
	      "The hash that stands there: "));
	kc_buf_hex(&text, stamp->leaf_hash.b, sizeof(stamp->leaf_hash.b));
	code = kc_stages_say(s, code, NULL, kc_buf_cstr(&text));
	kc_buf_free(&text);
	return code;
}

static enum kc_err
read_stamp(const struct kc_stages *s, struct kc_stamped *out)
{
	struct kc_buf text = {0};
	enum kc_err err = kc_file_load(s->path, KC_STAMP_TEXT_MAX, &text);

	if (err == KC_OK && text.n == 0)
		err = KC_EINCOMPLETE;
	if (err == KC_OK)
		err = kc_stamp_read(out, kc_buf_view(&text));
	kc_buf_free(&text);
	return err;
}

int
kc_stages_stamp(const struct kc_stages *s)
{
	static struct kc_verify_report report; /* large */
	struct kc_stages shown = *s;
	struct kc_stamped stamp = {0};
	struct kc_verify_options o = {0};
	enum kc_err err;
	int code = want_trust(s);

	if (code != 0)
		return code;
	err = read_stamp(s, &stamp);
	if (err == KC_OK && s->leaf != NULL) {
		kc_buf_reset(&stamp.leaf);
		err = kc_file_load(s->leaf, KC_LEAF_MAX, &stamp.leaf);
		shown.path = err == KC_OK ? s->path : s->leaf;
	}
	o.receipt = kc_buf_view(&stamp.receipt);
	o.leaf = kc_buf_view(&stamp.leaf);
	o.leaf_hash = &stamp.leaf_hash;
	code = err == KC_OK ? judge(s, &o, &report)
			    : kc_stages_unreadable(&shown, err);
	/* The leaf is missed once the hash has been found where it should be.
	 */
	if (err == KC_OK && o.leaf.n == 0 &&
	    report.stage[KC_VERIFY_LAYOUT].found == KC_FOUND_MISSING)
		code = say_hash(s, &stamp, code);
	kc_stamp_free(&stamp);
	return code;
}
