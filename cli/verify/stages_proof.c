/* SPDX-License-Identifier: Apache-2.0 */
/* One entry by a receipt that somebody kept: with its leaf in it (a proof
 * file), or in a file beside it. */
#include "stages.h"

#include <fcntl.h>
#include <unistd.h>

#include <kaocheng/proof.h>

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
int
kc_stages_proof(const struct kc_stages *s)
{
	static struct kc_verify_report report; /* large */
	struct kc_buf receipt = {0}, leaf = {0};
	struct kc_verify_options o = {0};
	struct kc_stages shown = *s;
	struct kc_proof p;
	enum kc_err err;
	int code;

	if (s->trust == NULL)
		return kc_stages_say(s, KC_STAGES_USAGE, NULL,
		    _("a receipt says nothing by itself: give --trust FILE "
		      "from elsewhere"));
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
	if (err != KC_OK) {
		code = kc_stages_unreadable(&shown, err);
		goto out;
	}
	o.receipt = kc_buf_view(&receipt);
	o.leaf = kc_buf_view(&leaf);
	code = kc_stages_check(s, &o, &report);
	if (code == 0) {
		shown.entry = o.leaf;
		code = kc_verify_exit(&report);
		kc_stages_print(&shown, &report, code);
	}
out:
	kc_buf_free(&receipt);
	kc_buf_free(&leaf);
	return code;
}
