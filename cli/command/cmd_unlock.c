/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng unlock` and `lock`: the passphrase once, for a sitting. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/keys.h"
#include "lib/ring.h"
#include "lib/tool.h"

#define FOR "15m"

static int
read_time(const char *text, unsigned *seconds)
{
	static const struct {
		char unit;
		unsigned s;
	} units[] = {{'h', 3600}, {'m', 60}, {'s', 1}};
	size_t n = strlen(text);
	uint64_t count;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (n > 1 && text[n - 1] == units[i].unit &&
		    kc_read_u64((struct kc_slice){text, n - 1},
			KC_RING_S_MAX / units[i].s, &count) &&
		    count > 0) {
			*seconds = (unsigned)count * units[i].s;
			return KC_EXIT_OK;
		}
	return kc_cli_usage(
	    _("--for %s: say how long, such as 15m or 2h, at most 12h"), text);
}

/* The keyring is there, or not; either way the passphrase does. */
static int
no_ring(void)
{
	return kc_cli_fail(KC_EXIT_FAILED,
	    _("each command asks for the passphrase, or --passphrase-file has "
	      "it; an ssh-agent can hold the key (key new --agent)"),
	    _("the kernel's keyring cannot be used here: %s; in a container it "
	      "often may not"),
	    strerror(errno));
}

static int
unlock(struct kc_cli *cli, const char *actor, unsigned seconds)
{
	enum kc_keyfile_lock lock = KC_KEYFILE_PASSPHRASE;
	struct kc_skey key = {0};
	struct kc_vkey vkey;
	enum kc_err err;
	int code;

	if (kc_keys_look(cli, actor, &vkey, &lock) == KC_OK &&
	    lock != KC_KEYFILE_PASSPHRASE) {
		kc_cli_note(
		    cli, _("%s: its key takes no passphrase"), vkey.name);
		return KC_EXIT_OK;
	}
	code = kc_keys_open(cli, actor, &key);
	if (code != KC_EXIT_OK)
		return code;
	err = kc_ring_put(&key, seconds);
	if (err == KC_OK)
		kc_cli_note(cli,
		    _("%s signs without a passphrase in this session for %s; "
		      "kaocheng lock ends it"),
		    key.vkey.name, cli->how_long != NULL ? cli->how_long : FOR);
	kc_skey_wipe(&key);
	return err == KC_OK ? KC_EXIT_OK : no_ring();
}

int
kc_cmd_unlock(struct kc_cli *cli, int argc, char **argv)
{
	unsigned seconds = 0;
	int code =
	    read_time(cli->how_long != NULL ? cli->how_long : FOR, &seconds);

	if (code == KC_EXIT_OK && argc == 0 && cli->nas == 0)
		code = kc_cli_usage("%s", _("whose key? --as ACTOR"));
	for (int i = 0; code == KC_EXIT_OK && i < argc; i++)
		code = unlock(cli, argv[i], seconds);
	for (size_t i = 0; code == KC_EXIT_OK && argc == 0 && i < cli->nas; i++)
		code = unlock(cli, cli->as[i], seconds);
	return code;
}

int
kc_cmd_lock(struct kc_cli *cli, int argc, char **argv)
{
	unsigned n = 0, sum = 0;
	enum kc_err err = KC_OK;

	for (int i = 0; err == KC_OK && (i < argc || argc == 0); i++) {
		err = kc_ring_drop(argc > 0 ? argv[i] : NULL, &n);
		sum += n;
		if (argc == 0)
			break;
	}
	if (err != KC_OK)
		return no_ring();
	kc_cli_note(cli, _("%u keys are locked again"), sum);
	return KC_EXIT_OK;
}
