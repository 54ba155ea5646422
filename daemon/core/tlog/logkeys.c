/* SPDX-License-Identifier: Apache-2.0 */
/* From one key of a log to those that came after it. */
#include <kaocheng/logkeys.h>

#include <kaocheng/base64.h>

void
kc_buf_consent(
    struct kc_buf *b, const struct kc_vkey *key, const struct kc_vkey *next)
{
	kc_buf_str(b, "kaocheng/v1 logkey\nkey ");
	kc_buf_vkey(b, key);
	kc_buf_str(b, "\nnext ");
	kc_buf_vkey(b, next);
	kc_buf_char(b, '\n');
}

bool
kc_log_keys_has(const struct kc_log_keys *keys, const struct kc_vkey *key)
{
	for (size_t i = 0; i < keys->n; i++)
		if (kc_vkey_eq(&keys->v[i], key))
			return true;
	return false;
}

static bool
take_word(struct kc_slice *rest, const char *word, struct kc_slice *value)
{
	struct kc_slice line, first;

	if (!kc_slice_line(rest, &line) || !kc_slice_cut(&line, ' ', &first) ||
	    !kc_slice_is(first, word))
		return false;
	*value = line;
	return true;
}

enum kc_err
kc_consent_check(
    const struct kc_vkey *key, const struct kc_vkey *next, struct kc_slice text)
{
	uint8_t sig[KC_SIG_SIZE];
	struct kc_buf b = {0};
	size_t n = 0;
	enum kc_err err;

	kc_buf_consent(&b, key, next);
	err = kc_buf_err(&b);
	if (err == KC_OK &&
	    (kc_base64_decode(text, sig, sizeof(sig), &n) != KC_OK ||
		n != sizeof(sig)))
		err = KC_ESYNTAX;
	if (err == KC_OK && !kc_sig_ok(key->pub, b.p, b.n, sig))
		err = KC_ESIG;
	kc_buf_free(&b);
	return err;
}

enum kc_err
kc_log_keys_follow(struct kc_log_keys *known, struct kc_slice chain)
{
	struct kc_slice line, text, consent;
	struct kc_vkey key, next;
	enum kc_err err = KC_OK;
	bool on;

	if (!kc_slice_line(&chain, &line) ||
	    !kc_slice_is(line, "kaocheng/v1 logkeys") ||
	    !take_word(&chain, "key", &text) ||
	    kc_vkey_parse(&key, text) != KC_OK)
		return KC_ESYNTAX;
	on = kc_log_keys_has(known, &key);
	while (err == KC_OK && chain.n > 0) {
		if (!take_word(&chain, "next", &consent) ||
		    !kc_slice_cut(&consent, ' ', &text) ||
		    kc_vkey_parse(&next, text) != KC_OK)
			return KC_ESYNTAX;
		if (on)
			err = kc_consent_check(&key, &next, consent);
		if (err != KC_OK)
			break;
		if (kc_log_keys_has(known, &next))
			on = true;
		else if (on && known->n == KC_LOG_KEYS_MAX)
			err = KC_EFULL;
		else if (on)
			known->v[known->n++] = next;
		key = next;
	}
	return err == KC_OK && !on ? KC_EFOREIGN : err;
}
