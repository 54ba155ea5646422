/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng init`: keys, settings and first entries of a ledger. The daemon,
 * the only writer, runs while they are posted like any others. People who made
 * their keys elsewhere bring cards, and sign there.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/civil.h>
#include <kaocheng/policy.h>

#include "lib/card.h"
#include "lib/setup.h"
#include "lib/text.h"

#include "founding.h"

#define FILE_MAX_BYTES 65535u

/* --- everything is looked at before the first write --- */
static int
gather_policy(struct kc_founding *f)
{
	struct kc_policy *p = NULL;
	struct kc_refusal why = {0};
	struct kc_buf places = {0};
	char typed[KC_PATH_SIZE + 16];
	enum kc_err err;
	int code;

	snprintf(typed, sizeof(typed), "--policy %s",
	    f->policy_file != NULL ? f->policy_file : "");
	if (f->policy_file != NULL) {
		snprintf(f->policy.path, KC_PATH_SIZE, "%s", f->policy_file);
	} else if (kc_cli_policy_path(f->cli, "nantong-2022.yaml",
		       f->policy.path, KC_PATH_SIZE) != KC_OK) {
		kc_cli_policy_places(f->cli, &places);
		code = kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("--policy FILE names another"),
		    _("no nantong-2022.yaml was found in %s"),
		    kc_buf_cstr(&places));
		kc_buf_free(&places);
		return code;
	}
	code = kc_text_load(
	    f->cli, typed, f->policy.path, FILE_MAX_BYTES, &f->policy.text);
	if (code != KC_EXIT_OK)
		return code;
	err = kc_policy_parse(&p, kc_buf_view(&f->policy.text), f->policy.path,
	    KC_EPOCH_MAX, &why);
	if (err == KC_EREFUSED)
		code = kc_cli_refusal(f->cli, &why);
	else if (err != KC_OK)
		code = kc_cli_error(f->cli, err, f->policy.path);
	else if (!kc_slice_copy(f->policy_name, sizeof(f->policy_name),
		     kc_slice_str(p->name)))
		code = kc_cli_error(f->cli, KC_ETOOBIG, f->policy.path);
	kc_free(p);
	return code;
}

/* The calendars of the year and of its neighbours, as far as shipped: the
 * last days of a year's periods lie in the next one. */
static int
gather_calendars(struct kc_founding *f)
{
	struct kc_buf places = {0};
	char name[64];
	int code = KC_EXIT_OK;

	for (unsigned i = 0; code == KC_EXIT_OK && i < KC_FOUNDING_CALENDARS;
	     i++) {
		struct kc_founding_file *c = &f->calendars[i];
		unsigned long long year = f->year - 1 + i;

		snprintf(name, sizeof(name), "calendar/%llu.yaml", year);
		if (kc_cli_policy_path(f->cli, name, c->path, KC_PATH_SIZE) ==
		    KC_OK) {
			code = kc_text_load(
			    f->cli, c->path, c->path, FILE_MAX_BYTES, &c->text);
			continue;
		}
		kc_buf_reset(&places);
		kc_cli_policy_places(f->cli, &places);
		kc_cli_note(f->cli,
		    _("  note: no calendar of %llu was found in %s; adopt it "
		      "when it is published"),
		    year, kc_buf_cstr(&places));
	}
	kc_buf_free(&places);
	return code;
}

static int
gather(struct kc_founding *f)
{
	char program[KC_PATH_SIZE];
	int code = gather_policy(f);

	if (code == KC_EXIT_OK)
		code = gather_calendars(f);
	if (code == KC_EXIT_OK &&
	    kc_cli_sibling(f->cli, "kaochengd", program, sizeof(program)) !=
		KC_OK)
		code = kc_cli_fail(KC_EXIT_NOT_FOUND, NULL, "%s",
		    _("kaochengd was not found beside this program; it writes "
		      "the first entries"));
	return code;
}

/* --- who founds it --- */
static const char *const names[KC_FOUNDERS] = {
    NULL, "clerk", "admin.1", "admin.2", "admin.3", "estab.1", "assess.1"};

/* Who brings a card takes the next place of its kind. */
static int
take_card(struct kc_founding *f, const char *path, enum kc_founder_place at)
{
	struct kc_founder *one = &f->who[at];
	struct kc_card card;
	enum kc_err err = kc_card_peek(path, f->origin, &card);

	if (err != KC_OK)
		return kc_card_fault(err, path, f->origin);
	one->key = card.key;
	memcpy(one->name, card.key.name, sizeof(one->name));
	memcpy(one->possession, card.possession, sizeof(one->possession));
	return KC_EXIT_OK;
}

static int
take_cards(struct kc_founding *f)
{
	const struct kc_cli *cli = f->cli;
	int code = KC_EXIT_OK;

	if (cli->admins.n > KC_FOUNDER_ESTAB - KC_FOUNDER_ADMIN)
		return kc_cli_usage("%s",
		    _("--admin: a ledger begins with three administrators"));
	for (size_t i = 0; code == KC_EXIT_OK && i < cli->admins.n; i++)
		code = take_card(f, cli->admins.v[i],
		    (enum kc_founder_place)(KC_FOUNDER_ADMIN + i));
	if (code == KC_EXIT_OK && cli->estab != NULL)
		code = take_card(f, cli->estab, KC_FOUNDER_ESTAB);
	if (code == KC_EXIT_OK && cli->office != NULL)
		code = take_card(f, cli->office, KC_FOUNDER_OFFICE);
	return code;
}

static bool
is_taken(const struct kc_founding *f, unsigned but)
{
	for (unsigned i = 0; i < KC_FOUNDERS; i++)
		if (i != but && strcmp(f->who[i].name, f->who[but].name) == 0)
			return true;
	return false;
}

/* The key of whoever brought none is made here. */
static int
make_key(struct kc_founding *f, unsigned i)
{
	struct kc_founder *one = &f->who[i];
	struct kc_buf text = {0};

	snprintf(one->name, sizeof(one->name), "%s",
	    i == KC_FOUNDER_LOG ? f->origin : names[i]);
	if (kc_cli_random(one->seed, KC_SEED_SIZE) != KC_OK)
		return kc_cli_error(f->cli, KC_EIO, "random");
	if (kc_skey_from_seed(&one->skey, kc_slice_str(one->name), one->seed) !=
	    KC_OK)
		return kc_cli_usage(
		    _("--origin %s: a name such as example.org/kaohe-2026, "
		      "without blanks and +"),
		    f->origin);
	one->key = one->skey.vkey;
	one->here = true;
	kc_buf_possession(&text, kc_slice_str(f->origin), &one->key);
	kc_sign(&one->skey, text.p, text.n, one->possession);
	kc_buf_free(&text);
	return KC_EXIT_OK;
}

static int
gather_founders(struct kc_founding *f)
{
	int code = take_cards(f);

	for (unsigned i = 0; code == KC_EXIT_OK && i < KC_FOUNDERS; i++)
		if (f->who[i].name[0] == '\0')
			code = make_key(f, i);
	for (unsigned i = 0; code == KC_EXIT_OK && i < KC_FOUNDERS; i++)
		if (is_taken(f, i))
			code = kc_cli_fail(KC_EXIT_USAGE, NULL,
			    _("%s would hold two places of those who found "
			      "the ledger"),
			    f->who[i].name);
	return code;
}

/* --- keys and directory --- */
/* Those whose key files lie in DIR/keys. */
static size_t
names_here(const struct kc_founding *f, const char *out[KC_FOUNDERS])
{
	size_t n = 0;

	for (unsigned i = KC_FOUNDER_ADMIN; i < KC_FOUNDERS; i++)
		if (f->who[i].here)
			out[n++] = f->who[i].name;
	return n;
}

static int
write_dir(struct kc_founding *f)
{
	const struct kc_founder *log = &f->who[KC_FOUNDER_LOG];
	const struct kc_founder *clerk = &f->who[KC_FOUNDER_CLERK];
	struct kc_setup s = {
	    .dir = f->dir,
	    .log = &log->skey,
	    .clerk = &clerk->skey,
	    .log_seed = log->seed,
	    .clerk_seed = clerk->seed,
	    .reader = f->who[KC_FOUNDER_ADMIN].name,
	    .created_s = f->at_s,
	    .tcp = f->tcp,
	};
	struct kc_buf detail = {0};
	enum kc_err err = kc_setup_write(&s, &detail);
	int code = KC_EXIT_OK;

	for (unsigned i = KC_FOUNDER_ADMIN; err == KC_OK && i < KC_FOUNDERS;
	     i++)
		if (f->who[i].here)
			err = kc_setup_key(f->dir, &f->who[i].skey,
			    f->who[i].seed, s.created_s,
			    f->cli->unprotected ? NULL : f->who[i].secret);
	if (err != KC_OK)
		code = kc_cli_fail(
		    err == KC_EINVAL ? KC_EXIT_CONFLICT : KC_EXIT_FAILED, NULL,
		    "%s: %s", f->dir,
		    detail.n > 0 ? kc_buf_cstr(&detail) : kc_err_said(err));
	kc_buf_free(&detail);
	return code;
}

/* --- the line --- */
/* As the daemon reads listen: tcp. */
static bool
tcp_ok(const char *text)
{
	struct kc_slice rest = kc_slice_str(text), host;
	uint64_t port;

	return kc_slice_cut(&rest, ':', &host) &&
	    kc_slice_is(host, "127.0.0.1") && kc_read_u64(rest, 65535, &port) &&
	    port > 0;
}

static int
read_time(struct kc_founding *f)
{
	const char *year = f->cli->year;
	struct kc_buf at = {0};

	f->at_s = (int64_t)time(NULL);
	if (f->cli->at != NULL) {
		int code = kc_cli_when("--at", f->cli->at, &f->at_s);

		if (code != KC_EXIT_OK)
			return code;
		f->at_s /= 1000;
		kc_buf_instant_s(&at, f->at_s);
		(void)kc_slice_copy(
		    f->test_clock, sizeof(f->test_clock), kc_buf_view(&at));
		kc_buf_free(&at);
	}
	/* The year where the office is. */
	f->year = (uint64_t)kc_day_year(
	    kc_day_of_instant(f->at_s * 1000, KC_LOCAL_OFFSET_S));
	if (year != NULL &&
	    (!kc_read_u64(kc_slice_str(year), KC_YEAR_MAX, &f->year) ||
		f->year < KC_YEAR_MIN))
		return kc_cli_usage(_("--year %s is not a year"), year);
	return KC_EXIT_OK;
}

static int
read_arguments(struct kc_founding *f, int argc, char **argv)
{
	char file[KC_PATH_SIZE];
	int code;

	f->origin = f->cli->origin;
	f->title = f->cli->title;
	f->policy_file = f->cli->policy;
	f->tcp = f->cli->tcp;
	f->dir = argc == 1 ? argv[0] : argc == 0 ? f->cli->dir : NULL;
	if (f->dir == NULL || (f->origin == NULL && !f->cli->resume))
		return kc_cli_usage("%s",
		    _("init takes a directory and "
		      "--origin NAME, such as "
		      "example.org/kaohe-2026"));
	f->cli->dir = f->dir;
	code = read_time(f);
	if (code != KC_EXIT_OK || f->cli->resume)
		return code;
	if (f->tcp != NULL && !tcp_ok(f->tcp))
		return kc_cli_usage(_("--tcp %s: 127.0.0.1:1 to "
				      "127.0.0.1:65535; others come through a "
				      "proxy on the socket"),
		    f->tcp);
	if (strlen(f->origin) > KC_ORIGIN_MAX)
		return kc_cli_usage("%s", _("--origin is too long"));
	if (kc_path_join(file, f->dir, "ledger.mdb") == KC_OK &&
	    kc_file_exists(file))
		return kc_cli_fail(KC_EXIT_CONFLICT, NULL,
		    _("%s: there is a ledger already"), f->dir);
	return KC_EXIT_OK;
}

/* --- what was made, and what to do with it --- */
static void
say_done(const struct kc_founding *f)
{
	const char *here[KC_FOUNDERS];
	const char *estab = f->who[KC_FOUNDER_ESTAB].name;
	size_t n = names_here(f, here);

	printf(_("%s: ledger %s, year %llu\n"), f->dir, f->origin,
	    (unsigned long long)f->year);
	printf(_("  settings  %s/kaocheng.yaml\n"), f->dir);
	printf(_("hand out\n"));
	printf(_("  %s/trust  to those who verify, and not by this machine\n"),
	    f->dir);
	for (size_t i = 0; i < n; i++)
		printf(_("  %s/keys/%s.key  to %s; then erase it here\n"),
		    f->dir, here[i], here[i]);
	printf(_("keep\n"
		 "  %s/keys/log.key %s/keys/clerk.key  the daemon's; a sealed "
		 "backup of them elsewhere\n"),
	    f->dir, f->dir);
	printf(_("next\n"
		 "  kaochengd --dir %s &\n"
		 "  kaocheng key new G01.head --dir %s\n"
		 "  kaocheng unit register --unit G01 --group gov "
		 "--name NAME --as %s --dir %s\n"
		 "  kaocheng actor enrol --actor G01.head --unit G01 "
		 "--role head --as %s --as %s --dir %s\n"),
	    f->dir, f->dir, estab, f->dir, f->who[KC_FOUNDER_ADMIN].name,
	    f->who[KC_FOUNDER_ADMIN + 1].name, f->dir);
}

/* --- */
static int
found(struct kc_founding *f)
{
	static const struct kc_hash none; /* until the first one stands */
	const char *here[KC_FOUNDERS];
	int code = gather_founders(f);
	size_t n = names_here(f, here);

	if (code == KC_EXIT_OK)
		code = kc_setup_vacant(f->dir, here, n);
	if (code == KC_EXIT_OK)
		code = kc_founding_look(f);
	if (code == KC_EXIT_OK)
		code = kc_founding_ask(f);
	if (code == KC_EXIT_OK)
		code = kc_founding_write(f, &none);
	if (code == KC_EXIT_OK) {
		code = write_dir(f);
		if (code == KC_EXIT_OK)
			code = kc_founding_leave(f);
		if (code == KC_EXIT_OK)
			code = kc_founding_go(f->cli, f,
			    f->test_clock[0] != '\0' ? f->test_clock : NULL);
		if (code == KC_EXIT_OK)
			code = kc_founding_tables(f);
		/* Half a ledger is in the way of the next try. */
		if (code != KC_EXIT_OK && code != KC_EXIT_INCOMPLETE) {
			kc_founding_undo(f->dir);
			kc_founding_drop_keys(f);
			kc_setup_undo(f->dir, here, n);
		}
	}
	return code;
}

static int
resume(struct kc_founding *f)
{
	int code = kc_founding_go(
	    f->cli, NULL, f->test_clock[0] != '\0' ? f->test_clock : NULL);

	if (code == KC_EXIT_OK)
		kc_cli_note(f->cli, _("%s: founded; next: kaochengd --dir %s"),
		    f->dir, f->dir);
	return code;
}

int
kc_cmd_init(struct kc_cli *cli, int argc, char **argv)
{
	static struct kc_founding f; /* large: keys and texts */
	int code;

	f.cli = cli;
	code = read_arguments(&f, argc, argv);
	if (code == KC_EXIT_OK && cli->resume)
		code = resume(&f);
	else if (code == KC_EXIT_OK) {
		code = gather(&f);
		if (code == KC_EXIT_OK)
			code = found(&f);
		if (code == KC_EXIT_OK || code == KC_EXIT_INCOMPLETE)
			kc_founding_say_powers(&f);
		if (code == KC_EXIT_OK && !cli->quiet)
			say_done(&f);
	}
	if (code == KC_EXIT_INCOMPLETE) {
		kc_cli_note(cli,
		    _("when they have signed: kaocheng init %s --resume"),
		    f.dir);
		/* What could be done was done. */
		code = cli->resume ? code : KC_EXIT_OK;
	}
	explicit_bzero(f.who, sizeof(f.who));
	kc_founding_release(&f);
	kc_buf_free(&f.policy.text);
	for (unsigned i = 0; i < KC_FOUNDING_CALENDARS; i++)
		kc_buf_free(&f.calendars[i].text);
	return code;
}
