/* SPDX-License-Identifier: Apache-2.0 */
/* Entries: values by field number, and the way back to bytes. */
#include <kaocheng/entry.h>

#include <assert.h>
#include <string.h>

#include <kaocheng/leaf.h>

#include "codec.h"

/* --- values --- */
unsigned
kc_entry_count(const struct kc_entry *e, unsigned field)
{
	assert(field < e->kind->nfields);
	return e->field[field].count;
}

bool
kc_entry_has(const struct kc_entry *e, unsigned field)
{
	return kc_entry_count(e, field) > 0;
}

const struct kc_value *
kc_entry_item(const struct kc_entry *e, unsigned field, unsigned i)
{
	assert(field < e->kind->nfields);
	assert(i < e->field[field].count);
	return &e->items[e->field[field].first + i];
}

struct kc_slice
kc_entry_str(const struct kc_entry *e, unsigned field)
{
	if (!kc_entry_has(e, field))
		return (struct kc_slice){"", 0};
	return kc_entry_item(e, field, 0)->raw;
}

bool
kc_entry_is_by(const struct kc_entry *e, struct kc_slice actor)
{
	for (unsigned i = 0; i < e->nby; i++)
		if (kc_slice_eq(e->by[i], actor))
			return true;
	return false;
}

bool
kc_entry_evidence(const struct kc_entry *e, unsigned i, struct kc_evidence *out)
{
	static const char scheme[] = "sha256:";

	for (unsigned f = 0; f < e->kind->nfields; f++) {
		unsigned n = kc_entry_count(e, f);
		struct kc_slice rest, word;

		if (e->kind->fields[f].type != KC_T_EVIDENCE)
			continue;
		if (i >= n) {
			i -= n;
			continue;
		}
		rest = kc_entry_item(e, f, i)->raw;
		out->size = (uint64_t)kc_entry_item(e, f, i)->num;
		(void)kc_slice_cut(&rest, ' ', &word);
		word.p += sizeof(scheme) - 1;
		word.n -= sizeof(scheme) - 1;
		(void)kc_read_hex(word, out->hash.b, sizeof(out->hash.b));
		(void)kc_slice_cut(&rest, ' ', &word);
		out->media = rest;
		return true;
	}
	return false;
}

int64_t
kc_entry_num(const struct kc_entry *e, unsigned field, int64_t absent)
{
	if (!kc_entry_has(e, field))
		return absent;
	return kc_entry_item(e, field, 0)->num;
}

/* --- bytes --- */
void
kc_buf_entry_head(struct kc_buf *b, const struct kc_kind *kind,
    struct kc_slice ledger, const uint8_t id[KC_ID_SIZE], int64_t at_s)
{
	kc_buf_str(b, KC_ENTRY_HEAD);
	kc_buf_str(b, kind->name);
	kc_buf_str(b, "\nledger ");
	kc_buf_slice(b, ledger);
	kc_buf_str(b, "\nid ");
	kc_buf_hex(b, id, KC_ID_SIZE);
	kc_buf_str(b, "\nat ");
	kc_buf_instant_s(b, at_s);
	kc_buf_char(b, '\n');
}

void
kc_buf_seen(struct kc_buf *b, uint64_t size, struct kc_slice root)
{
	kc_buf_str(b, "seen ");
	kc_buf_u64(b, size);
	if (size > 0) {
		kc_buf_char(b, ' ');
		kc_buf_slice(b, root);
	}
	kc_buf_char(b, '\n');
}

void
kc_buf_entry_line(struct kc_buf *b, const char *name, struct kc_slice wire)
{
	kc_buf_str(b, name);
	kc_buf_char(b, ' ');
	kc_buf_slice(b, wire);
	kc_buf_char(b, '\n');
}

void
kc_buf_entry(struct kc_buf *b, const struct kc_entry *e)
{
	kc_buf_entry_head(b, e->kind, e->ledger, e->id, e->at_s);
	kc_buf_seen(b, e->seen_size, e->seen_root);
	for (unsigned i = 0; i < e->nby; i++)
		kc_buf_entry_line(b, "by", e->by[i]);
	for (unsigned f = 0; f < e->kind->nfields; f++)
		for (unsigned i = 0; i < kc_entry_count(e, f); i++)
			kc_buf_entry_line(b, e->kind->fields[f].name,
			    kc_entry_item(e, f, i)->raw);
}

void
kc_buf_unfold(struct kc_buf *b, struct kc_slice raw)
{
	struct kc_slice line;

	while (kc_slice_line(&raw, &line)) {
		kc_buf_slice(b, line);
		kc_buf_char(b, '\n');
		/* The fold: "|" alone or "| ". */
		for (const char *fold = "| "; *fold != '\0'; fold++)
			if (raw.n > 0 && *raw.p == *fold) {
				raw.p++;
				raw.n--;
			} else {
				break;
			}
	}
	kc_buf_slice(b, raw);
}

void
kc_buf_fold(struct kc_buf *b, struct kc_slice text)
{
	struct kc_slice line;

	while (kc_slice_line(&text, &line)) {
		kc_buf_slice(b, line);
		kc_buf_str(b, "\n|");
		if (text.n > 0 && *text.p != '\n')
			kc_buf_char(b, ' ');
	}
	kc_buf_slice(b, text);
}

/* Whether line i (from 0) of the text is "by <name>". */
static bool
signs(struct kc_slice text, size_t i, const char *name)
{
	struct kc_slice line = {NULL, 0};

	for (size_t at = 0; at <= i; at++)
		if (!kc_slice_line(&text, &line))
			return false;
	return line.n > 3 && memcmp(line.p, "by ", 3) == 0 &&
	    kc_slice_is((struct kc_slice){line.p + 3, line.n - 3}, name);
}

void
kc_buf_sign_entry(struct kc_buf *b, struct kc_slice text,
    const struct kc_skey *keys, size_t nkeys)
{
	assert(text.n > 0 && text.p[text.n - 1] == '\n');
	kc_buf_slice(b, text);
	kc_buf_char(b, '\n');
	for (size_t i = 0; i < nkeys; i++) {
		/* Lines 0 to 4 are kaocheng/v1, ledger, id, at and seen. */
		assert(signs(text, 5 + i, keys[i].vkey.name));
		kc_buf_note_sig(b, text, &keys[i]);
	}
}

void
kc_buf_possession(
    struct kc_buf *b, struct kc_slice ledger, const struct kc_vkey *key)
{
	kc_buf_str(b, "kaocheng/v1 possession\nledger ");
	kc_buf_slice(b, ledger);
	kc_buf_str(b, "\nkey ");
	kc_buf_vkey(b, key);
	kc_buf_char(b, '\n');
}
