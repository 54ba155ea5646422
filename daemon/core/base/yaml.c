/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the strict tree from libfyaml's events; nothing is printed. */
#include "yaml.h"

#include <assert.h>
#include <libfyaml.h>

#include <kaocheng/limits.h>
#include <kaocheng/text.h>

#define CHUNK 16384

struct chunk {
	struct chunk *next;
	size_t used, size;
	max_align_t bytes[];
};

struct kc_yaml {
	struct chunk *chunks;
	struct kc_yaml_node *root;
	const char *file;
	struct kc_refusal *why;
};

struct builder {
	struct kc_yaml *y;
	struct kc_slice text;
	struct fy_diag *diag;
	struct fy_parser *parser;
	/* Open maps and lists, and where the next child is linked. */
	struct kc_yaml_node *open[KC_YAML_DEPTH];
	struct kc_yaml_node **tail[KC_YAML_DEPTH];
	size_t depth, nodes;
	unsigned documents;
	/* A key that waits for its value; its place, or the last known one. */
	bool has_key;
	struct kc_slice key;
	uint32_t key_line, key_col;
};

static void *
take(struct kc_yaml *y, size_t n)
{
	struct chunk *c = y->chunks;
	void *p;

	n = (n + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
	if (c == NULL || c->size - c->used < n) {
		size_t size = n > CHUNK ? n : CHUNK;

		c = kc_alloc(sizeof(*c) + size);
		if (c == NULL)
			return NULL;
		c->size = size;
		c->next = y->chunks;
		y->chunks = c;
	}
	p = (char *)c->bytes + c->used;
	c->used += n;
	return p;
}

void
kc_yaml_free(struct kc_yaml *y)
{
	if (y == NULL)
		return;
	while (y->chunks != NULL) {
		struct chunk *c = y->chunks;

		y->chunks = c->next;
		kc_free(c);
	}
	kc_free(y);
}

const struct kc_yaml_node *
kc_yaml_root(const struct kc_yaml *y)
{
	assert(y->root != NULL);
	return y->root;
}

void
kc_yaml_place(
    char out[KC_YAML_PLACE_MAX], const char *file, uint32_t line, uint32_t col)
{
	(void)snprintf(out, KC_YAML_PLACE_MAX, "%.70s:%u:%u",
	    file == NULL ? "" : file, (unsigned)line, (unsigned)col);
}

enum kc_err
kc_yaml_refuse_at(struct kc_yaml *y, uint32_t line, uint32_t col,
    enum kc_refusal_code code, const char *a0, const char *a1)
{
	y->why->line = line;
	y->why->col = col;
	kc_yaml_place(y->why->rule_place, y->file, line, col);
	return kc_refuse(y->why, code, a0, a1, NULL, NULL);
}

enum kc_err
kc_yaml_refuse(struct kc_yaml *y, const struct kc_yaml_node *at,
    enum kc_refusal_code code, const char *a0, const char *a1)
{
	return kc_yaml_refuse_at(y, at->line, at->col, code, a0, a1);
}

/* Which character it is that may not stand there. */
static enum kc_err
refuse_text(
    struct kc_yaml *y, uint32_t line, uint32_t col, struct kc_slice rest)
{
	struct kc_buf en = {0}, zh = {0};
	size_t n;
	uint32_t c = kc_char_read(rest, &n);

	(void)kc_yaml_refuse_at(y, line, col, KC_R_TEXT, "", NULL);
	kc_buf_str(&en, ": ");
	kc_buf_str(&zh, "：");
	if (c == UINT32_MAX) {
		kc_buf_str(&en, "not UTF-8");
		kc_buf_str(&zh, "不是 UTF-8");
	} else {
		kc_buf_char_name(&en, c, KC_LANG_EN);
		kc_buf_char_name(&zh, c, KC_LANG_ZH);
	}
	kc_refusal_arg(y->why, 0, kc_buf_view(&en));
	(void)kc_refusal_zh(y->why, 0, kc_buf_cstr(&zh));
	kc_buf_free(&en);
	kc_buf_free(&zh);
	return KC_EREFUSED;
}

/* Line and column, from 1, of a byte of the text. */
static void
place_of(struct kc_slice text, size_t at, uint32_t *line, uint32_t *col)
{
	*line = 1;
	*col = 1;
	for (size_t i = 0; i < at && i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\n') {
			++*line;
			*col = 1;
		} else if ((c & 0xc0) != 0x80) {
			++*col;
		}
	}
}

/* libfyaml marks the first byte inside the quotes; a reader looks for the
 * quote. */
static bool
in_quotes(struct fy_event *e)
{
	enum fy_scalar_style style;

	if (e->type != FYET_SCALAR || e->scalar.value == NULL)
		return false;
	style = fy_scalar_token_get_style(e->scalar.value);
	return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

static void
mark_of(struct fy_event *e, uint32_t *line, uint32_t *col)
{
	const struct fy_mark *m = fy_event_start_mark(e);

	if (m == NULL || m->line < 0 || m->column < 0)
		return;
	*line = (uint32_t)m->line + 1;
	*col = (uint32_t)m->column + (in_quotes(e) && m->column > 0 ? 0 : 1);
}

static enum kc_err
refuse_event(struct builder *b, struct fy_event *e, const char *what)
{
	uint32_t line = b->key_line, col = b->key_col;

	mark_of(e, &line, &col);
	return kc_yaml_refuse_at(b->y, line, col, KC_R_YAML, what, NULL);
}

/* What stands between single quotes. */
static bool
single_quoted(const struct builder *b, struct fy_event *e, struct kc_slice *raw)
{
	const struct fy_mark *from = fy_event_start_mark(e);
	const struct fy_mark *to = fy_event_end_mark(e);

	if (e->type != FYET_SCALAR || e->scalar.value == NULL ||
	    fy_scalar_token_get_style(e->scalar.value) != FYSS_SINGLE_QUOTED ||
	    from == NULL || to == NULL || to->input_pos > b->text.n)
		return false;
	*raw = (struct kc_slice){
	    b->text.p + from->input_pos, to->input_pos - from->input_pos};
	return true;
}

static enum kc_err
copy_text(struct builder *b, struct fy_event *e, struct kc_slice *out)
{
	struct fy_token *token = fy_event_get_token(e);
	struct kc_slice raw = {NULL, 0};
	size_t n = 0;
	const char *p = NULL;
	char *copy;

	*out = (struct kc_slice){"", 0};
	if (single_quoted(b, e, &raw)) {
		p = raw.p;
		n = raw.n;
	} else if (token != NULL) {
		p = fy_token_get_text(token, &n);
	}
	if (p == NULL || n == 0)
		return KC_OK;
	copy = take(b->y, n);
	if (copy == NULL)
		return KC_ENOMEM;
	if (p == raw.p)
		n = kc_yaml_unquote(raw, copy);
	else
		memcpy(copy, p, n);
	*out = (struct kc_slice){copy, n};
	/* An escape in quotes may spell what the text itself may not hold. */
	if (kc_text_scan(*out) != n) {
		uint32_t line = b->key_line, col = b->key_col;
		size_t bad;

		mark_of(e, &line, &col);
		bad = kc_text_scan(*out);
		return refuse_text(b->y, line, col,
		    (struct kc_slice){out->p + bad, out->n - bad});
	}
	return KC_OK;
}

/* A scalar that stands where a map wants a key. */
static enum kc_err
event_key(struct builder *b, struct fy_event *e)
{
	struct kc_yaml_node *map = b->open[b->depth - 1];
	char name[KC_YAML_NAME_MAX];
	enum kc_err err;

	err = copy_text(b, e, &b->key);
	if (err != KC_OK)
		return err;
	b->key_line = map->line;
	b->key_col = map->col;
	mark_of(e, &b->key_line, &b->key_col);
	if (!kc_slice_copy(name, sizeof(name), b->key) || b->key.n == 0)
		return refuse_event(b, e, "an empty or overlong key");
	for (struct kc_yaml_node *c = map->first; c != NULL; c = c->next) {
		if (kc_slice_eq(c->key, b->key))
			return kc_yaml_refuse_at(b->y, b->key_line, b->key_col,
			    KC_R_KEY_REPEATED, name, NULL);
	}
	if (map->n >= KC_YAML_MAP_MAX)
		return refuse_event(b, e, "too many keys in one map");
	b->has_key = true;
	return KC_OK;
}

/* Links a new node where the text stands; *out may be opened by the caller. */
static enum kc_err
event_node(struct builder *b, struct fy_event *e, enum kc_yaml_kind kind,
    struct kc_yaml_node **out)
{
	struct kc_yaml_node *node;

	if (++b->nodes > KC_YAML_NODES)
		return refuse_event(b, e, "too many values");
	node = take(b->y, sizeof(*node));
	if (node == NULL)
		return KC_ENOMEM;
	*node = (struct kc_yaml_node){.kind = kind, .line = 1, .col = 1};
	if (b->has_key) {
		node->key = b->key;
		node->line = node->key_line = b->key_line;
		node->col = node->key_col = b->key_col;
		b->has_key = false;
	}
	mark_of(e, &node->line, &node->col);
	if (b->depth == 0) {
		b->y->root = node;
	} else {
		*b->tail[b->depth - 1] = node;
		b->tail[b->depth - 1] = &node->next;
		b->open[b->depth - 1]->n++;
	}
	*out = node;
	return KC_OK;
}

static bool
wants_key(const struct builder *b)
{
	return b->depth > 0 && b->open[b->depth - 1]->kind == KC_YAML_MAP &&
	    !b->has_key;
}

static enum kc_err
event_open(struct builder *b, struct fy_event *e, enum kc_yaml_kind kind,
    const struct fy_token *anchor, const struct fy_token *tag)
{
	struct kc_yaml_node *node;
	enum kc_err err;

	if (anchor != NULL)
		return refuse_event(b, e, "an anchor");
	if (tag != NULL)
		return refuse_event(b, e, "a tag");
	if (wants_key(b))
		return refuse_event(b, e, "a key that is not a plain text");
	if (b->depth == KC_YAML_DEPTH)
		return refuse_event(b, e, "nested too deep");
	if (b->depth == 0 && kind != KC_YAML_MAP)
		return refuse_event(b, e, "the text is not a map");
	err = event_node(b, e, kind, &node);
	if (err != KC_OK)
		return err;
	b->open[b->depth] = node;
	b->tail[b->depth] = &node->first;
	b->depth++;
	return KC_OK;
}

static enum kc_err
event_scalar(struct builder *b, struct fy_event *e)
{
	struct kc_yaml_node *node;
	enum fy_scalar_style style = FYSS_PLAIN;
	enum kc_err err;

	if (e->scalar.anchor != NULL)
		return refuse_event(b, e, "an anchor");
	if (e->scalar.tag != NULL)
		return refuse_event(b, e, "a tag");
	if (b->depth == 0)
		return refuse_event(b, e, "the text is not a map");
	if (wants_key(b))
		return event_key(b, e);
	err = event_node(b, e, KC_YAML_SCALAR, &node);
	if (err != KC_OK)
		return err;
	if (e->scalar.value != NULL)
		style = fy_scalar_token_get_style(e->scalar.value);
	node->quoted = style != FYSS_PLAIN;
	return copy_text(b, e, &node->text);
}

static enum kc_err
event_document(struct builder *b, struct fy_event *e)
{
	struct fy_document_state *fyds = e->document_start.document_state;

	if (fyds != NULL &&
	    (fy_document_state_version_explicit(fyds) ||
		fy_document_state_tags_explicit(fyds)))
		return refuse_event(b, e, "a directive");
	if (++b->documents > 1)
		return refuse_event(b, e, "a second document");
	return KC_OK;
}

static enum kc_err
event_apply(struct builder *b, struct fy_event *e)
{
	switch (e->type) {
	case FYET_DOCUMENT_START:
		return event_document(b, e);
	case FYET_MAPPING_START:
		return event_open(b, e, KC_YAML_MAP, e->mapping_start.anchor,
		    e->mapping_start.tag);
	case FYET_SEQUENCE_START:
		return event_open(b, e, KC_YAML_LIST, e->sequence_start.anchor,
		    e->sequence_start.tag);
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		assert(b->depth > 0 && !b->has_key);
		b->depth--;
		return KC_OK;
	case FYET_SCALAR:
		return event_scalar(b, e);
	case FYET_ALIAS:
		return refuse_event(b, e, "an alias");
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_STREAM_END:
	case FYET_DOCUMENT_END:
		break;
	}
	return KC_OK;
}

/* What libfyaml found wrong, in its words; its places count from 1. */
static enum kc_err
refuse_stream(struct builder *b)
{
	void *iter = NULL;
	const struct fy_diag_error *error;
	uint32_t line = 1, col = 1;
	const char *text = "not YAML";

	error = fy_diag_errors_iterate(b->diag, &iter);
	if (error != NULL) {
		if (error->msg != NULL)
			text = error->msg;
		if (error->line > 0 && error->column > 0) {
			line = (uint32_t)error->line;
			col = (uint32_t)error->column;
		}
	}
	return kc_yaml_refuse_at(b->y, line, col, KC_R_YAML, text, NULL);
}

static enum kc_err
build(struct builder *b, struct kc_slice text)
{
	struct fy_diag_cfg diag = {.level = FYET_ERROR, .module_mask = ~0u};
	struct fy_parse_cfg cfg = {
	    .flags = FYPCF_QUIET | FYPCF_JSON_NONE | FYPCF_DEFAULT_VERSION_1_2};
	struct fy_event *e;
	enum kc_err err = KC_OK;

	b->diag = fy_diag_create(&diag);
	if (b->diag == NULL)
		return KC_ENOMEM;
	fy_diag_set_collect_errors(b->diag, true);
	cfg.diag = b->diag;
	b->parser = fy_parser_create(&cfg);
	if (b->parser == NULL ||
	    fy_parser_set_string(b->parser, text.p, text.n) != 0)
		return KC_ENOMEM;
	while (err == KC_OK && (e = fy_parser_parse(b->parser)) != NULL) {
		err = event_apply(b, e);
		fy_parser_event_free(b->parser, e);
	}
	if (err != KC_OK)
		return err;
	if (fy_parser_get_stream_error(b->parser))
		return refuse_stream(b);
	if (b->y->root == NULL)
		return kc_yaml_refuse_at(
		    b->y, 1, 1, KC_R_YAML, "the text is not a map", NULL);
	return KC_OK;
}

enum kc_err
kc_yaml_parse(struct kc_yaml **out, struct kc_slice text, const char *file,
    struct kc_refusal *why)
{
	struct builder b = {.text = text, .key_line = 1, .key_col = 1};
	uint32_t line, col;
	size_t bad;
	enum kc_err err;

	*out = b.y = kc_alloc(sizeof(*b.y));
	if (b.y == NULL)
		return KC_ENOMEM;
	b.y->file = file;
	b.y->why = why;
	if (text.n > KC_NOTE_MAX) {
		err = kc_yaml_refuse_at(b.y, 1, 1, KC_R_TOO_BIG, NULL, NULL);
		kc_refusal_arg_u64(why, 0, KC_NOTE_MAX);
		return err;
	}
	bad = kc_text_scan(text);
	if (bad != text.n) {
		place_of(text, bad, &line, &col);
		return refuse_text(b.y, line, col,
		    (struct kc_slice){text.p + bad, text.n - bad});
	}
	err = text.n == 0 ? kc_yaml_refuse_at(b.y, 1, 1, KC_R_YAML,
				"the text is not a map", NULL)
			  : build(&b, text);
	if (b.parser != NULL)
		fy_parser_destroy(b.parser);
	if (b.diag != NULL)
		fy_diag_destroy(b.diag);
	return err;
}
