/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between two policies: each as a list of facts by name. */
#include <kaocheng/change.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/json.h>

static const struct kc_view_column columns[] = {
    {"key", "条款", "key", false},
    {"from", "原值", "from", true},
    {"to", "新值", "to", true},
    {"from_place", "原文位置", "old place", false},
    {"to_place", "新文位置", "new place", false},
    {"label", "含义", "meaning", false},
};
const struct kc_view kc_view_policy_diff = {"policy-diff", "", "两份政策的差异",
    "what differs between two policies", columns,
    sizeof(columns) / sizeof(columns[0])};

enum {
	OF_A_SITUATION = 6,
	FACTS_MAX = 2 + KC_P_COUNT + KC_SITUATIONS_MAX * OF_A_SITUATION +
	    KC_NEGATIVE_MAX * 2 + KC_BONUS_MAX
};

struct fact {
	char key[40]; /* "pd.half", "S3.standard", "negative_list.4" */
	const char *label;
	struct kc_buf value;
	uint32_t line, col; /* 0: the text does not say it */
};
struct facts {
	const struct kc_policy *p;
	enum kc_lang lang;
	struct fact v[FACTS_MAX];
	size_t n;
};

static const char *
say(const struct facts *f, const char *zh, const char *en)
{
	return f->lang == KC_LANG_ZH ? zh : en;
}

/* "situations.S3" and "standard", or "title" and "". */
static struct kc_buf *
add(struct facts *f, const char *of, const char *what, const char *label,
    uint32_t line, uint32_t col)
{
	struct fact *x = &f->v[f->n++];

	(void)snprintf(x->key, sizeof(x->key), "%s%s%s", of,
	    what[0] != '\0' ? "." : "", what);
	x->label = label;
	x->line = line;
	x->col = col;
	return &x->value;
}

static void
add_keys(struct facts *f)
{
	for (unsigned k = 0; k < KC_P_COUNT; k++)
		kc_buf_policy_value(
		    add(f, kc_policy_key_path((enum kc_policy_key)k), "",
			kc_policy_key_label((enum kc_policy_key)k, f->lang),
			f->p->line[k], f->p->col[k]),
		    f->p, (enum kc_policy_key)k);
}

static void
add_situation(struct facts *f, const struct kc_situation *s)
{
	const char *text = say(f, s->zh, s->en);
	char of[24];

	(void)snprintf(of, sizeof(of), "situations.%s", s->id);
	kc_buf_str(add(f, of, "effect", text, s->line, s->col),
	    kc_word_text(KC_SET_PD_EFFECT, s->effect));
	kc_buf_str(add(f, of, "mark", text, s->line, s->col),
	    kc_policy_mark_word(s->mark));
	kc_buf_points(
	    add(f, of, "standard", text, s->line, s->col), s->standard_e4);
	kc_buf_points(add(f, of, "min", text, s->line, s->col), s->min_e4);
	kc_buf_points(add(f, of, "max", text, s->line, s->col), s->max_e4);
	kc_buf_str(add(f, of, "text", text, s->line, s->col), text);
}

static void
gather(struct facts *f)
{
	const struct kc_policy *p = f->p;
	char of[32];

	kc_buf_str(add(f, "policy", "", "", 1, 1), p->name);
	kc_buf_str(
	    add(f, "title", "", "", 1, 1), say(f, p->title_zh, p->title_en));
	add_keys(f);
	for (size_t i = 0; i < p->nsituations; i++)
		add_situation(f, &p->situations[i]);
	for (size_t i = 0; i < p->nnegatives; i++) {
		const struct kc_negative_item *n = &p->negatives[i];
		const char *text = say(f, n->zh, n->en);

		(void)snprintf(of, sizeof(of), "negative_list.%u", n->no);
		kc_buf_str(
		    add(f, of, "assessor", text, n->line, n->col), n->assessor);
		kc_buf_str(add(f, of, "text", text, n->line, n->col), text);
	}
	for (size_t i = 0; i < p->nbonuses; i++) {
		const struct kc_bonus_situation *b = &p->bonuses[i];
		const char *text = say(f, b->zh, b->en);

		(void)snprintf(of, sizeof(of), "bonus_situations.%s", b->id);
		kc_buf_str(add(f, of, "text", text, b->line, b->col), text);
	}
}

static const struct fact *
find(const struct facts *f, const char *key)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i].key, key) == 0)
			return &f->v[i];
	return NULL;
}

/* --- the document --- */
static void
put_value(struct kc_json *w, const char *key, const struct fact *x)
{
	kc_json_key(w, key);
	if (x != NULL)
		kc_json_slice(w, kc_buf_view(&x->value));
	else
		kc_json_null(w);
}

/* Where the text says it; null where it does not: the value is a default. */
static void
put_place(struct kc_json *w, const char *key, const struct facts *f,
    const struct fact *x)
{
	struct kc_buf place = {0};

	kc_json_key(w, key);
	if (x != NULL && x->line > 0) {
		kc_buf_str(&place, f->p->file);
		kc_buf_char(&place, ':');
		kc_buf_u64(&place, x->line);
		kc_buf_char(&place, ':');
		kc_buf_u64(&place, x->col);
		kc_json_slice(w, kc_buf_view(&place));
	} else {
		kc_json_null(w);
	}
	kc_buf_free(&place);
}

static void
put_row(struct kc_json *w, const struct facts *a, const struct fact *x,
    const struct facts *b, const struct fact *y)
{
	const struct fact *some = y != NULL ? y : x;

	if (x != NULL && y != NULL &&
	    kc_slice_eq(kc_buf_view(&x->value), kc_buf_view(&y->value)))
		return;
	kc_json_open(w, '{');
	kc_json_key(w, "key");
	kc_json_str(w, some->key);
	put_value(w, "from", x);
	put_value(w, "to", y);
	put_place(w, "from_place", a, x);
	put_place(w, "to_place", b, y);
	kc_json_key(w, "label");
	kc_json_str(w, some->label);
	kc_json_close(w, '}');
}

static struct facts *
facts_of(const struct kc_policy *p, enum kc_lang lang)
{
	struct facts *f = calloc(1, sizeof(*f));

	if (f != NULL) {
		f->p = p;
		f->lang = lang;
		gather(f);
	}
	return f;
}

static void
release(struct facts *f)
{
	for (size_t i = 0; f != NULL && i < f->n; i++)
		kc_buf_free(&f->v[i].value);
	free(f);
}

enum kc_err
kc_policy_diff_render(const struct kc_policy *from, const struct kc_policy *to,
    enum kc_lang lang, struct kc_buf *out)
{
	struct facts *a = facts_of(from, lang), *b = facts_of(to, lang);
	struct kc_json w = {.out = out};
	enum kc_err err = a == NULL || b == NULL ? KC_ENOMEM : KC_OK;

	for (size_t i = 0; err == KC_OK && i < a->n; i++)
		err = kc_buf_err(&a->v[i].value);
	for (size_t i = 0; err == KC_OK && i < b->n; i++)
		err = kc_buf_err(&b->v[i].value);
	if (err != KC_OK)
		goto out;
	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.policy-diff/1");
	kc_json_key(&w, "from");
	kc_json_str(&w, from->name);
	kc_json_key(&w, "to");
	kc_json_str(&w, to->name);
	kc_json_key(&w, "rows");
	kc_json_open(&w, '[');
	for (size_t i = 0; i < a->n; i++)
		put_row(&w, a, &a->v[i], b, find(b, a->v[i].key));
	for (size_t i = 0; i < b->n; i++)
		if (find(a, b->v[i].key) == NULL)
			put_row(&w, a, NULL, b, &b->v[i]);
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	err = kc_buf_err(out);
out:
	release(a);
	release(b);
	return err;
}
