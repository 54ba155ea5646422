/* SPDX-License-Identifier: Apache-2.0 */
/* The first statements of a ledger, in order. */
#include "founding.h"

#include <string.h>

#include <kaocheng/base64.h>

/* The statement that is being written. */
struct writing {
	struct kc_founding *f;
	const struct kc_hash *seen;
	struct kc_founding_step *step;
	struct kc_draft draft;
	struct kc_buf values[KC_ITEMS_MAX]; /* storage of the draft */
	unsigned nvalues;
	int code;
};

static void
begin(struct writing *w, enum kc_kind_id kind, enum kc_founder_place a, int b)
{
	struct kc_founding *f = w->f;
	uint8_t id[KC_ID_SIZE];

	w->step = &f->steps[f->nsteps++];
	w->nvalues = 0;
	if (w->code == KC_EXIT_OK && kc_cli_random(id, sizeof(id)) != KC_OK)
		w->code = kc_cli_error(f->cli, KC_EIO, "random");
	if (w->code != KC_EXIT_OK)
		return;
	kc_draft_init(&w->draft, kind, kc_slice_str(f->origin), id, f->at_s);
	if (kind != KC_K_ledger_open)
		kc_draft_seen(&w->draft, 1, w->seen);
	w->step->by[w->step->nby++] = a;
	if (b >= 0)
		w->step->by[w->step->nby++] = (enum kc_founder_place)b;
	for (unsigned i = 0; i < w->step->nby; i++)
		kc_draft_by(
		    &w->draft, kc_slice_str(f->who[w->step->by[i]].name));
}

static void
end(struct writing *w)
{
	struct kc_refusal why = {0};

	w->step->kind = w->draft.kind;
	if (w->code == KC_EXIT_OK &&
	    kc_draft_encode(&w->draft, &w->step->text, &why) != KC_OK)
		w->code = kc_cli_refusal(w->f->cli, &why);
	for (unsigned i = 0; i < w->nvalues; i++)
		kc_buf_free(&w->values[i]);
}

/* Storage for one more value of the draft. */
static struct kc_buf *
value(struct writing *w)
{
	return &w->values[w->nvalues++];
}

static void
set(struct writing *w, unsigned field, struct kc_slice text)
{
	struct kc_buf *b = value(w);

	kc_buf_slice(b, text);
	kc_draft_add(&w->draft, field, kc_buf_view(b));
}

static void
set_key(struct writing *w, unsigned field, enum kc_founder_place who)
{
	struct kc_buf *b = value(w);

	kc_buf_vkey(b, &w->f->who[who].key);
	kc_draft_add(&w->draft, field, kc_buf_view(b));
}

static void
set_file(struct writing *w, unsigned file_field, unsigned text_field,
    const struct kc_founding_file *file)
{
	/* Named relative to policies/: no machine's paths in the log. */
	const char *name = strstr(file->path, "policies/");

	if (name == NULL)
		name = strrchr(file->path, '/') != NULL
		    ? strrchr(file->path, '/') + 1
		    : file->path;
	set(w, file_field, kc_slice_str(name));
	set(w, text_field, kc_buf_view(&file->text));
}

#define F(kind, field) KC_F_##kind##_##field

static void
open_ledger(struct writing *w)
{
	begin(w, KC_K_ledger_open, KC_FOUNDER_ADMIN, KC_FOUNDER_ADMIN + 1);
	set(w, F(ledger_open, suite), KC_LIT("ed25519/sha256"));
	set(w, F(ledger_open, epoch), KC_LIT(KC_EPOCH_TEXT));
	set_key(w, F(ledger_open, log), KC_FOUNDER_LOG);
	set_key(w, F(ledger_open, clerk), KC_FOUNDER_CLERK);
	for (unsigned i = KC_FOUNDER_ADMIN; i < KC_FOUNDER_ESTAB; i++)
		set_key(w, F(ledger_open, admin), (enum kc_founder_place)i);
	if (w->f->title != NULL)
		set(w, F(ledger_open, title), kc_slice_str(w->f->title));
	end(w);
}

static void
enrol(struct writing *w, enum kc_founder_place who, int role)
{
	const struct kc_founder *one = &w->f->who[who];
	struct kc_buf sig = {0};

	kc_buf_base64(&sig, one->possession, sizeof(one->possession));
	begin(w, KC_K_actor_enrol, KC_FOUNDER_ADMIN, KC_FOUNDER_ADMIN + 1);
	set(w, F(actor_enrol, actor), kc_slice_str(one->name));
	set(w, F(actor_enrol, role),
	    kc_slice_str(kc_word_text(KC_SET_ROLE, role)));
	set_key(w, F(actor_enrol, key), who);
	set(w, F(actor_enrol, possession), kc_buf_view(&sig));
	end(w);
	kc_buf_free(&sig);
}

static void
adopt_calendar(struct writing *w, const struct kc_founding_file *calendar)
{
	begin(w, KC_K_calendar_adopt, KC_FOUNDER_ESTAB, -1);
	set_file(w, F(calendar_adopt, file), F(calendar_adopt, text), calendar);
	end(w);
}

static void
adopt_policy(struct writing *w)
{
	begin(w, KC_K_policy_adopt, KC_FOUNDER_ESTAB, KC_FOUNDER_OFFICE);
	set(w, F(policy_adopt, policy), kc_slice_str(w->f->policy_name));
	set_file(
	    w, F(policy_adopt, file), F(policy_adopt, text), &w->f->policy);
	end(w);
}

static void
open_cycle(struct writing *w)
{
	struct kc_buf year = {0};

	kc_buf_u64(&year, w->f->year);
	begin(w, KC_K_cycle_open, KC_FOUNDER_ESTAB, -1);
	set(w, F(cycle_open, year), kc_buf_view(&year));
	end(w);
	kc_buf_free(&year);
}

int
kc_founding_write(struct kc_founding *f, const struct kc_hash *seen)
{
	static struct writing w; /* large */

	memset(&w, 0, sizeof(w));
	w.f = f;
	w.seen = seen;
	kc_founding_release(f);
	open_ledger(&w);
	enrol(&w, KC_FOUNDER_ESTAB, KC_ROLE_ESTAB);
	enrol(&w, KC_FOUNDER_OFFICE, KC_ROLE_ASSESS_OFFICE);
	for (unsigned i = 0; i < KC_FOUNDING_CALENDARS; i++)
		if (f->calendars[i].text.n > 0)
			adopt_calendar(&w, &f->calendars[i]);
	adopt_policy(&w);
	open_cycle(&w);
	return w.code;
}

void
kc_founding_release(struct kc_founding *f)
{
	for (unsigned i = 0; i < KC_FOUNDING_STEPS; i++)
		kc_buf_free(&f->steps[i].text);
	memset(f->steps, 0, sizeof(f->steps));
	f->nsteps = 0;
}
