/* SPDX-License-Identifier: Apache-2.0 */
/* What lists on paper say of entries behind a line: what sorts of evidence
 * were given, and how often a list has changed since it was issued. */
#include "form_int.h"

#include <string.h>

/* --- evidence --- */
static const struct {
	const char *type; /* or how it begins, with the slash */
	const char *zh, *en;
} sorts[] = {
    {"text/csv", "表格", "table"},
    {"text/", "文本", "text"},
    {"image/", "图片", "picture"},
    {"video/", "视频", "video"},
    {"audio/", "录音", "sound"},
    {"application/pdf", "PDF", "PDF"},
    {"application/msword", "文档", "document"},
    {"application/vnd.ms-excel", "表格", "table"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"文档", "document"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"表格", "table"},
    {"application/zip", "压缩包", "archive"},
};
#define SORTS (sizeof(sorts) / sizeof(sorts[0]))

static size_t
sort_of(struct kc_slice type)
{
	size_t i = 0;

	for (; i < SORTS; i++) {
		size_t n = strlen(sorts[i].type);

		if (type.n >= n && memcmp(type.p, sorts[i].type, n) == 0 &&
		    (type.n == n || sorts[i].type[n - 1] == '/'))
			break;
	}
	return i;
}

/* Each sort once; a type that has no word here stands for itself. */
static void
put_sorts(struct kc_buf *b, const struct kc_vx *x, const struct kc_entry *e)
{
	unsigned field = KC_F_progress_report_evidence;
	bool seen[SORTS] = {false};

	for (unsigned i = 0; i < kc_entry_count(e, field); i++) {
		struct kc_slice type = kc_entry_item(e, field, i)->raw, part;
		size_t sort;

		if (!kc_slice_cut(&type, ' ', &part) ||
		    !kc_slice_cut(&type, ' ', &part))
			continue;
		sort = sort_of(type);
		if (sort < SORTS && seen[sort])
			continue;
		kc_buf_str(b, b->n > 0 ? kc_vx_say(x, "、", ", ") : "");
		if (sort == SORTS) {
			kc_buf_slice(b, type);
			continue;
		}
		seen[sort] = true;
		kc_buf_str(b, kc_vx_say(x, sorts[sort].zh, sorts[sort].en));
	}
}

void
kc_form_cell_evidence(struct kc_vx *x, const struct kc_node *n)
{
	uint32_t seq = kc_events_last(&n->events, KC_K_progress_report);
	struct kc_buf text = {0}, bytes = {0};
	struct kc_leaf leaf;
	struct kc_entry *e = NULL;
	enum kc_err err = x->log == NULL ? KC_ENOTFOUND : KC_ENOMEM;

	if (seq == KC_NONE) {
		kc_form_cell(x, "");
		return;
	}
	if (x->log != NULL)
		e = kc_alloc(sizeof(*e));
	if (e != NULL)
		err = kc_vx_load(x, seq, &bytes, &leaf, e);
	if (err == KC_OK)
		put_sorts(&text, x, e);
	else if (x->w.out->err == KC_OK)
		x->w.out->err = err; /* half a document is none */
	kc_form_cell_buf(x, &text);
	kc_free(e);
	kc_buf_free(&bytes);
}

/* --- versions --- */
static bool
add_once(struct kc_u32s *all, uint32_t seq, uint32_t since)
{
	if (seq == KC_NONE || seq <= since)
		return true;
	for (uint32_t i = 0; i < all->n; i++)
		if (all->v[i] == seq)
			return true;
	return kc_vec_push(all, seq);
}

/* The entries since it was issued by which this target changed the list: it
 * came, it became another, it went to another unit or came from one. */
static bool
add_changes(
    struct kc_u32s *all, const struct kc_list *l, const struct kc_target *t)
{
	bool ours = t->unit == l->unit, fits = true;

	for (uint32_t i = 0; i < t->was.n; i++) {
		bool here = t->was.v[i] == l->unit;
		uint32_t to = i + 1 < t->was.n ? t->was.v[i + 1] : t->unit;

		ours = ours || here;
		if (here || to == l->unit)
			fits =
			    add_once(all, t->went.v[i], l->issued_seq) && fits;
	}
	if (!ours)
		return fits;
	for (uint32_t i = 0; i < t->versions.n; i++)
		fits =
		    add_once(all, t->versions.v[i].seq, l->issued_seq) && fits;
	return add_once(all, kc_events_first(&t->events, KC_K_target_add),
		   l->issued_seq) &&
	    fits;
}

void
kc_form_list_version(struct kc_vx *x, const struct kc_list *l)
{
	struct kc_buf text = {0};
	struct kc_u32s all = {0};
	uint32_t last = 0;
	bool fits = true;

	for (uint32_t i = 0; i < x->st->targets.n; i++)
		if (x->st->targets.v[i]->year == l->year)
			fits =
			    add_changes(&all, l, x->st->targets.v[i]) && fits;
	for (uint32_t i = 0; i < all.n; i++)
		last = all.v[i] > last ? all.v[i] : last;
	if (!fits && x->w.out->err == KC_OK)
		x->w.out->err = KC_ENOMEM;
	kc_buf_str(&text, kc_vx_say(x, "第 ", ""));
	kc_buf_u64(&text, all.n + (uint64_t)1);
	kc_buf_str(&text, kc_vx_say(x, " 版", ""));
	if (all.n > 0) {
		kc_buf_str(
		    &text, kc_vx_say(x, "，自条目 #", ", since entry #"));
		kc_buf_u64(&text, last);
		kc_buf_str(&text, kc_vx_say(x, " 起", ""));
	}
	kc_form_field_buf(x, "版次", "version", &text);
	kc_vec_free(&all);
}
