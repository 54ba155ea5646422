/* SPDX-License-Identifier: Apache-2.0 */
#include "pen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kaocheng/base64.h>
#include <kaocheng/note.h>

#include "keys.h"
#include "ring.h"
#include "tool.h"

/* --- why there is no signature --- */
static int
no_agent(enum kc_err err)
{
	if (err == KC_ENOTFOUND)
		return kc_cli_fail(KC_EXIT_UNREACHABLE,
		    _("eval \"$(ssh-agent)\", then ssh-add"), "%s",
		    _("there is no ssh-agent here: SSH_AUTH_SOCK is not set"));
	if (err == KC_EUNAVAILABLE)
		return kc_cli_fail(KC_EXIT_UNREACHABLE,
		    _("SSH_AUTH_SOCK says where it is; has it ended?"),
		    _("the ssh-agent does not answer: %s"), strerror(errno));
	return kc_cli_fail(KC_EXIT_FAILED, NULL,
	    _("what answers at SSH_AUTH_SOCK is no ssh-agent: %s"),
	    kc_err_said(err));
}

static int
not_signed(const struct kc_pen *p, enum kc_err err)
{
	const char *who = p->key.vkey.name;

	if (err == KC_ENOKEY)
		return kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("ssh-add FILE gives it the key again; ssh-add -X unlocks "
		      "it"),
		    _("the ssh-agent does not hold the key of %s, or is "
		      "locked"),
		    who);
	if (err == KC_EREFUSED)
		return kc_cli_fail(KC_EXIT_NOT_PERMITTED, NULL,
		    _("the ssh-agent holds the key of %s and did not sign: "
		      "somebody said no, or it could not ask"),
		    who);
	if (err == KC_ESIG)
		return kc_cli_fail(KC_EXIT_FAILED, NULL,
		    _("what the ssh-agent gave is no signature by the key of "
		      "%s"),
		    who);
	return no_agent(err);
}

/* --- opening --- */
int
kc_pen_open(const struct kc_cli *cli, const char *actor, struct kc_pen *out)
{
	enum kc_keyfile_lock lock = KC_KEYFILE_OPEN;

	memset(out, 0, sizeof(*out));
	if (kc_keys_look(cli, actor, &out->key.vkey, &lock) == KC_OK &&
	    lock == KC_KEYFILE_AGENT) {
		out->agent = true;
		return KC_EXIT_OK;
	}
	/* Who names a file of the passphrase wants that. */
	if (lock == KC_KEYFILE_PASSPHRASE && cli->passphrase_file == NULL &&
	    kc_ring_get(&out->key.vkey, &out->key) == KC_OK)
		return KC_EXIT_OK;
	return kc_keys_open(cli, actor, &out->key);
}

bool
kc_pen_asks(const struct kc_cli *cli, const char *actor)
{
	enum kc_keyfile_lock lock = KC_KEYFILE_OPEN;
	struct kc_skey key;
	bool kept;

	if (cli->passphrase_file != NULL ||
	    kc_keys_look(cli, actor, &key.vkey, &lock) != KC_OK ||
	    lock != KC_KEYFILE_PASSPHRASE)
		return false;
	kept = kc_ring_get(&key.vkey, &key) == KC_OK;
	if (kept)
		kc_skey_wipe(&key);
	return !kept;
}

void
kc_pen_wipe(struct kc_pen *p)
{
	kc_skey_wipe(&p->key);
}

/* --- signing --- */
static int
sign(const struct kc_pen *p, struct kc_slice text, uint8_t sig[KC_SIG_SIZE])
{
	enum kc_err err = KC_OK;

	if (p->agent)
		err = kc_agent_sign(p->key.vkey.pub, text, sig);
	else
		kc_sign(&p->key, text.p, text.n, sig);
	return err == KC_OK ? KC_EXIT_OK : not_signed(p, err);
}

int
kc_pen_base64(const struct kc_pen *p, struct kc_slice text, struct kc_buf *out)
{
	uint8_t sig[KC_SIG_SIZE];
	int code = sign(p, text, sig);

	if (code == KC_EXIT_OK)
		kc_buf_base64(out, sig, sizeof(sig));
	return code;
}

int
kc_pen_line(const struct kc_pen *p, struct kc_slice text, struct kc_buf *out)
{
	uint8_t sig[KC_SIG_SIZE];
	int code = sign(p, text, sig);

	if (code == KC_EXIT_OK)
		kc_buf_note_line(out, &p->key.vkey, sig);
	return code;
}

int
kc_pen_note(const struct kc_pen *pens, size_t n, struct kc_slice text,
    struct kc_buf *out)
{
	int code = KC_EXIT_OK;

	kc_buf_slice(out, text);
	kc_buf_char(out, '\n');
	for (size_t i = 0; code == KC_EXIT_OK && i < n; i++)
		code = kc_pen_line(&pens[i], text, out);
	return code;
}

/* --- which key --- */
static bool
is_meant(const struct kc_cli *cli, const struct kc_vkey *but,
    const struct kc_agent_key *k)
{
	if (cli->agent_key != NULL)
		return strcmp(k->print, cli->agent_key) == 0 ||
		    strcmp(k->comment, cli->agent_key) == 0;
	return but == NULL || memcmp(but->pub, k->pub, KC_PUBKEY_SIZE) != 0;
}

static int
none_meant(const struct kc_cli *cli, size_t held)
{
	if (cli->agent_key != NULL && held > 0)
		return kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("ssh-add -l lists what it holds"),
		    _("the ssh-agent holds no Ed25519 key \"%s\""),
		    cli->agent_key);
	return kc_cli_fail(KC_EXIT_NOT_FOUND,
	    _("ssh-keygen -t ed25519 makes one, ssh-add FILE gives it to the "
	      "agent; ssh-add -X unlocks it"),
	    "%s",
	    held > 0
		? _("the ssh-agent holds no other Ed25519 key than the present "
		    "one")
		: _("the ssh-agent holds no Ed25519 key, or is locked"));
}

int
kc_pen_choose(const struct kc_cli *cli, const struct kc_vkey *but,
    struct kc_agent_key *out)
{
	static struct kc_agent_key v[KC_AGENT_KEYS_MAX]; /* large */
	struct kc_buf list = {0};
	size_t n, found = 0;
	enum kc_err err = kc_agent_list(v, KC_AGENT_KEYS_MAX, &n);
	int code = KC_EXIT_OK;

	if (err != KC_OK)
		return no_agent(err);
	for (size_t i = 0; i < n; i++) {
		if (!is_meant(cli, but, &v[i]))
			continue;
		*out = v[i];
		found++;
		kc_buf_str(&list, "\n  ");
		kc_buf_str(&list, v[i].print);
		kc_buf_char(&list, ' ');
		kc_buf_str(&list, v[i].comment);
	}
	if (found == 0)
		code = none_meant(cli, n);
	else if (found > 1)
		code = kc_cli_fail(KC_EXIT_USAGE,
		    _("--agent-key takes a fingerprint or a comment"),
		    _("the ssh-agent holds several; which is meant?%s"),
		    kc_buf_cstr(&list));
	kc_buf_free(&list);
	return code;
}
