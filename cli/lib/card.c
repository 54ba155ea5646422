/* SPDX-License-Identifier: Apache-2.0 */
/* Cards: the text of a possession, signed with the key that it names. */
#include "card.h"

#include <string.h>

#include <kaocheng/entry.h>

#include "tool.h"

int
kc_card_write(struct kc_buf *b, const char *ledger, const struct kc_pen *pen)
{
	struct kc_buf text = {0};
	int code;

	kc_buf_possession(&text, kc_slice_str(ledger), &pen->key.vkey);
	code = kc_pen_note(pen, 1, kc_buf_view(&text), b);
	kc_buf_free(&text);
	return code;
}

/* The rest of a line after a word and a space. */
static bool
line_of(struct kc_slice *rest, const char *word, struct kc_slice *value)
{
	size_t n = strlen(word);
	struct kc_slice line;

	if (!kc_slice_line(rest, &line) || line.n <= n + 1 ||
	    memcmp(line.p, word, n) != 0 || line.p[n] != ' ')
		return false;
	*value = (struct kc_slice){line.p + n + 1, line.n - n - 1};
	return true;
}

static enum kc_err
parse(struct kc_card *out, struct kc_slice bytes, const char *ledger)
{
	uint8_t keyid[KC_KEYID_SIZE];
	struct kc_slice rest, word, of, key;
	struct kc_buf text = {0};
	struct kc_note note;
	enum kc_err err = kc_note_parse(&note, bytes, NULL);

	if (err != KC_OK || note.nsigs != 1)
		return KC_ESYNTAX;
	rest = note.text;
	if (!line_of(&rest, "kaocheng/v1", &word) ||
	    !kc_slice_is(word, "possession") ||
	    !line_of(&rest, "ledger", &of) || !line_of(&rest, "key", &key) ||
	    rest.n != 0 || kc_vkey_parse(&out->key, key) != KC_OK ||
	    out->key.type != KC_KEYTYPE_ED25519)
		return KC_ESYNTAX;
	if (ledger != NULL && !kc_slice_is(of, ledger))
		return KC_EINVAL;
	/* What a ledger checks is these bytes, written anew. */
	kc_buf_possession(&text, of, &out->key);
	err = kc_note_sig_decode(&note.sigs[0], keyid, out->possession);
	if (err == KC_OK &&
	    (!kc_slice_is(note.sigs[0].name, out->key.name) ||
		memcmp(keyid, out->key.keyid, sizeof(keyid)) != 0 ||
		!kc_sig_ok(out->key.pub, text.p, text.n, out->possession)))
		err = KC_ESIG;
	kc_buf_free(&text);
	return err;
}

enum kc_err
kc_card_peek(const char *path, const char *ledger, struct kc_card *out)
{
	struct kc_buf bytes = {0};
	enum kc_err err = kc_file_load(path, KC_CARD_MAX, &bytes);

	if (err == KC_OK)
		err = parse(out, kc_buf_view(&bytes), ledger);
	kc_buf_free(&bytes);
	return err;
}

int
kc_card_fault(enum kc_err err, const char *path, const char *ledger)
{
	if (err == KC_EINVAL)
		return kc_cli_fail(KC_EXIT_REFUSED, NULL,
		    _("%s: this card is for another ledger, not for %s"), path,
		    ledger);
	if (err == KC_ESIG)
		return kc_cli_fail(KC_EXIT_REFUSED, NULL,
		    _("%s: the signature of this card does not hold"), path);
	if (err != KC_ESYNTAX && err != KC_ETOOBIG)
		return kc_cli_error(NULL, err, path);
	return kc_cli_fail(KC_EXIT_USAGE,
	    _("its holder makes one: kaocheng key card ACTOR --origin LEDGER"),
	    _("%s is not a card of a key"), path);
}
