/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng init`: keys, settings and first entries of a ledger in one step.
 * The daemon, the only writer, runs while they are posted like any others.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/base64.h>
#include <kaocheng/civil.h>
#include <kaocheng/leaf.h>
#include <kaocheng/policy.h>

#include "lib/keys.h"
#include "lib/post.h"
#include "lib/seen.h"
#include "lib/setup.h"
#include "lib/text.h"

#define ADMINS 3
#define FILE_MAX_BYTES 65535u

/* Whose keys are made, in order. */
enum who {
	LOG,
	CLERK,
	ADMIN_1,
	ADMIN_2,
	ADMIN_3,
	ESTAB,
	OFFICE,
	NWHO
};

#define YEARS 3 /* calendars: of the year before, the year, the next */

struct shipped {
	char path[KC_PATH_SIZE];
	struct kc_buf text; /* empty: there is none */
};

struct founding {
	struct kc_cli *cli;
	const char *dir, *origin, *title, *tcp, *policy_file;
	struct shipped policy, calendars[YEARS];
	char policy_name[KC_CODE_MAX + 1];
	uint64_t year;
	int64_t at_s;        /* when the first entries are signed */
	char test_clock[32]; /* --at: a rehearsal's clock stands there */
	char secret[1024];
	bool plain;
	const char *name[NWHO];
	uint8_t seed[NWHO][KC_SEED_SIZE];
	struct kc_skey key[NWHO];
	struct kc_log_keys log; /* the public half of LOG's */
	pid_t daemon;
	struct kc_client *client;
	struct kc_checkpoint seen; /* of the last receipt */
	struct kc_draft draft;
	struct kc_buf values[KC_ITEMS_MAX]; /* storage of the draft */
	unsigned nvalues;
	enum who by[2];
	int code;
};

static void
begin(struct founding *f, enum kc_kind_id kind, enum who a, int b)
{
	uint8_t id[KC_ID_SIZE];

	for (unsigned i = 0; i < f->nvalues; i++)
		kc_buf_reset(&f->values[i]);
	f->nvalues = 0;
	if (kc_cli_random(id, sizeof(id)) != KC_OK)
		f->code = kc_cli_error(f->cli, KC_EIO, "random");
	kc_draft_init(&f->draft, kind, kc_slice_str(f->origin), id, f->at_s);
	if (kind != KC_K_ledger_open)
		kc_draft_seen(&f->draft, f->seen.size, &f->seen.root);
	f->by[0] = a;
	kc_draft_by(&f->draft, kc_slice_str(f->name[a]));
	if (b >= 0) {
		f->by[1] = (enum who)b;
		kc_draft_by(&f->draft, kc_slice_str(f->name[b]));
	}
}

/* Storage for one more value of the draft. */
static struct kc_buf *
value(struct founding *f)
{
	return &f->values[f->nvalues++];
}

static void
set(struct founding *f, unsigned field, struct kc_slice text)
{
	struct kc_buf *b = value(f);

	kc_buf_slice(b, text);
	kc_draft_add(&f->draft, field, kc_buf_view(b));
}

static void
set_key(struct founding *f, unsigned field, enum who who)
{
	struct kc_buf *b = value(f);

	kc_buf_vkey(b, &f->key[who].vkey);
	kc_draft_add(&f->draft, field, kc_buf_view(b));
}

static void
post(struct founding *f)
{
	struct kc_buf text = {0}, note = {0};
	struct kc_skey keys[2] = {f->key[f->by[0]], f->key[f->by[1]]};
	struct kc_refusal why = {0};
	struct kc_posted posted = {0};

	if (f->code != KC_EXIT_OK)
		goto out;
	if (kc_draft_encode(&f->draft, &text, &why) != KC_OK) {
		f->code = kc_cli_refusal(f->cli, &why);
		goto out;
	}
	kc_buf_sign_entry(&note, kc_buf_view(&text), keys, f->draft.nby);
	f->code = kc_post(
	    f->cli, f->client, kc_buf_view(&note), &f->log, false, &posted);
	f->seen = posted.checkpoint;
	if (f->code == KC_EXIT_OK)
		kc_cli_note(f->cli, "  #%llu  %s",
		    (unsigned long long)posted.seq,
		    f->cli->lang == KC_LANG_ZH ? f->draft.kind->zh
					       : f->draft.kind->en);
out:
	kc_buf_free(&posted.head);
	explicit_bzero(keys, sizeof(keys));
	kc_buf_free(&text);
	kc_buf_free(&note);
}

/* --- the first entries --- */
#define F(kind, field) KC_F_##kind##_##field

static void
open_ledger(struct founding *f)
{
	begin(f, KC_K_ledger_open, ADMIN_1, ADMIN_2);
	set(f, F(ledger_open, suite), KC_LIT("ed25519/sha256"));
	set(f, F(ledger_open, epoch), KC_LIT(KC_EPOCH_TEXT));
	set_key(f, F(ledger_open, log), LOG);
	set_key(f, F(ledger_open, clerk), CLERK);
	set_key(f, F(ledger_open, admin), ADMIN_1);
	set_key(f, F(ledger_open, admin), ADMIN_2);
	set_key(f, F(ledger_open, admin), ADMIN_3);
	if (f->title != NULL)
		set(f, F(ledger_open, title), kc_slice_str(f->title));
	post(f);
}

static void
enrol(struct founding *f, enum who who, int role)
{
	struct kc_buf text = {0}, sig = {0};
	uint8_t raw[KC_SIG_SIZE];

	kc_buf_possession(&text, kc_slice_str(f->origin), &f->key[who].vkey);
	kc_sign(&f->key[who], text.p, text.n, raw);
	kc_buf_base64(&sig, raw, sizeof(raw));
	begin(f, KC_K_actor_enrol, ADMIN_1, ADMIN_2);
	set(f, F(actor_enrol, actor), kc_slice_str(f->name[who]));
	set(f, F(actor_enrol, role),
	    kc_slice_str(kc_word_text(KC_SET_ROLE, role)));
	set_key(f, F(actor_enrol, key), who);
	set(f, F(actor_enrol, possession), kc_buf_view(&sig));
	post(f);
	kc_buf_free(&text);
	kc_buf_free(&sig);
}

static void
set_file(struct founding *f, unsigned file_field, unsigned text_field,
    const struct shipped *file)
{
	/* Named relative to policies/: no machine's paths in the log. */
	const char *name = strstr(file->path, "policies/");

	if (name == NULL)
		name = strrchr(file->path, '/') != NULL
		    ? strrchr(file->path, '/') + 1
		    : file->path;
	set(f, file_field, kc_slice_str(name));
	set(f, text_field, kc_buf_view(&file->text));
}

static void
adopt_calendars(struct founding *f)
{
	for (unsigned i = 0; i < YEARS; i++) {
		if (f->calendars[i].text.n == 0)
			continue;
		begin(f, KC_K_calendar_adopt, ESTAB, -1);
		set_file(f, F(calendar_adopt, file), F(calendar_adopt, text),
		    &f->calendars[i]);
		post(f);
	}
}

static void
adopt_policy(struct founding *f)
{
	begin(f, KC_K_policy_adopt, ESTAB, OFFICE);
	set(f, F(policy_adopt, policy), kc_slice_str(f->policy_name));
	set_file(f, F(policy_adopt, file), F(policy_adopt, text), &f->policy);
	post(f);
}

static void
open_cycle(struct founding *f)
{
	struct kc_buf year = {0};

	kc_buf_u64(&year, f->year);
	begin(f, KC_K_cycle_open, ESTAB, -1);
	set(f, F(cycle_open, year), kc_buf_view(&year));
	post(f);
	kc_buf_free(&year);
}

/* --- everything is looked at before the first write --- */
static int
gather_policy(struct founding *f)
{
	struct kc_policy *p = NULL;
	struct kc_refusal why = {0};
	struct kc_buf places = {0};
	enum kc_err err;
	int code;

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
	    f->cli, f->policy.path, FILE_MAX_BYTES, &f->policy.text);
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
gather_calendars(struct founding *f)
{
	struct kc_buf places = {0};
	char name[64];
	int code = KC_EXIT_OK;

	for (unsigned i = 0; code == KC_EXIT_OK && i < YEARS; i++) {
		struct shipped *c = &f->calendars[i];
		unsigned long long year = f->year - 1 + i;

		snprintf(name, sizeof(name), "calendar/%llu.yaml", year);
		if (kc_cli_policy_path(f->cli, name, c->path, KC_PATH_SIZE) ==
		    KC_OK) {
			code = kc_text_load(
			    f->cli, c->path, FILE_MAX_BYTES, &c->text);
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
gather(struct founding *f)
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

/* --- keys and directory --- */
static int
make_keys(struct founding *f)
{
	const char *const names[NWHO] = {f->origin, "clerk", "admin.1",
	    "admin.2", "admin.3", "estab.1", "assess.1"};

	for (int i = 0; i < NWHO; i++) {
		f->name[i] = names[i];
		if (kc_cli_random(f->seed[i], KC_SEED_SIZE) != KC_OK)
			return kc_cli_error(f->cli, KC_EIO, "random");
		if (kc_skey_from_seed(&f->key[i], kc_slice_str(names[i]),
			f->seed[i]) != KC_OK)
			return kc_cli_usage(
			    _("--origin %s is not the name of a key"),
			    f->origin);
	}
	f->log.v[f->log.n++] = f->key[LOG].vkey;
	return KC_EXIT_OK;
}

static int
write_dir(struct founding *f)
{
	struct kc_setup s = {
	    .dir = f->dir,
	    .log = &f->key[LOG],
	    .clerk = &f->key[CLERK],
	    .log_seed = f->seed[LOG],
	    .clerk_seed = f->seed[CLERK],
	    .created_s = f->at_s,
	    .tcp = f->tcp,
	};
	struct kc_buf detail = {0};
	enum kc_err err = kc_setup_write(&s, &detail);
	int code = KC_EXIT_OK;

	for (int i = ADMIN_1; err == KC_OK && i < NWHO; i++)
		err = kc_setup_key(f->dir, &f->key[i], f->seed[i], s.created_s,
		    f->plain ? NULL : f->secret);
	if (err != KC_OK)
		code = kc_cli_fail(
		    err == KC_EINVAL ? KC_EXIT_CONFLICT : KC_EXIT_FAILED, NULL,
		    "%s: %s", f->dir,
		    detail.n > 0 ? kc_buf_cstr(&detail) : _(kc_err_text(err)));
	kc_buf_free(&detail);
	return code;
}

static int
found(struct founding *f)
{
	struct kc_buf detail = {0};
	char socket[KC_PATH_SIZE];
	enum kc_err err = kc_spawn_daemon(f->cli, f->dir,
	    f->test_clock[0] != '\0' ? f->test_clock : NULL, &f->daemon,
	    &detail);

	if (err != KC_OK)
		f->code = kc_cli_fail(
		    KC_EXIT_UNREACHABLE, NULL, "%s", kc_buf_cstr(&detail));
	kc_buf_free(&detail);
	if (err != KC_OK)
		return f->code;
	err = kc_path_join(socket, f->dir, "socket");
	if (err == KC_OK)
		err = kc_client_open(&f->client, socket);
	if (err != KC_OK)
		f->code = kc_cli_error(f->cli, err, socket);
	else
		kc_client_lang(f->client, f->cli->lang);
	open_ledger(f);
	enrol(f, ESTAB, KC_ROLE_ESTAB);
	enrol(f, OFFICE, KC_ROLE_ASSESS_OFFICE);
	adopt_calendars(f);
	adopt_policy(f);
	open_cycle(f);
	if (f->code == KC_EXIT_OK)
		f->code = kc_seen_first(f->cli, f->client, &f->log);
	kc_client_close(f->client);
	if (kc_stop_daemon(f->daemon) != 0 && f->code == KC_EXIT_OK)
		f->code = kc_cli_fail(KC_EXIT_FAILED, NULL, "%s",
		    _("kaochengd did not end well; see its log"));
	return f->code;
}

static int
read_arguments(struct founding *f, int argc, char **argv)
{
	const char *year = f->cli->year;
	char file[KC_PATH_SIZE];
	struct kc_buf at = {0};

	f->origin = f->cli->origin;
	f->title = f->cli->title;
	f->policy_file = f->cli->policy;
	f->tcp = f->cli->tcp;
	f->plain = f->cli->unprotected;
	f->dir = argc == 1 ? argv[0] : argc == 0 ? f->cli->dir : NULL;
	if (f->dir == NULL || f->origin == NULL)
		return kc_cli_usage("%s",
		    _("init takes a directory and "
		      "--origin NAME, such as "
		      "example.org/kaohe-2026"));
	if (strlen(f->origin) > KC_ORIGIN_MAX)
		return kc_cli_usage("%s", _("--origin is too long"));
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
	if (kc_path_join(file, f->dir, "ledger.mdb") == KC_OK &&
	    kc_file_exists(file))
		return kc_cli_fail(KC_EXIT_CONFLICT, NULL,
		    _("%s: there is a ledger already"), f->dir);
	if (!f->plain)
		return kc_cli_passphrase(f->cli, f->cli->passphrase_file,
		    _("Passphrase for the new keys: "), true, f->secret);
	return KC_EXIT_OK;
}

int
kc_cmd_init(struct kc_cli *cli, int argc, char **argv)
{
	static struct founding f; /* large: keys and a draft */
	int code;

	f.cli = cli;
	code = read_arguments(&f, argc, argv);
	if (code == KC_EXIT_OK)
		code = gather(&f);
	if (code == KC_EXIT_OK)
		code = make_keys(&f);
	if (code == KC_EXIT_OK)
		code = kc_setup_vacant(f.dir, f.name + ADMIN_1, NWHO - ADMIN_1);
	if (code == KC_EXIT_OK) {
		code = write_dir(&f);
		if (code == KC_EXIT_OK)
			code = found(&f);
		/* Half a ledger is in the way of the next try. */
		if (code != KC_EXIT_OK)
			kc_setup_undo(f.dir, f.name + ADMIN_1, NWHO - ADMIN_1);
	}
	explicit_bzero(f.secret, sizeof(f.secret));
	explicit_bzero(f.seed, sizeof(f.seed));
	explicit_bzero(f.key, sizeof(f.key));
	for (unsigned i = 0; i < KC_ITEMS_MAX; i++)
		kc_buf_free(&f.values[i]);
	kc_buf_free(&f.policy.text);
	for (unsigned i = 0; i < YEARS; i++)
		kc_buf_free(&f.calendars[i].text);
	if (code == KC_EXIT_OK && !cli->quiet)
		printf(_("%s: ledger %s, year %llu\n"
			 "  keys      %s/keys: admin.1 admin.2 admin.3 estab.1 "
			 "assess.1\n"
			 "  settings  %s/kaocheng.yaml\n"
			 "  trust     %s/trust (give it to those who verify)\n"
			 "next\n"
			 "  kaochengd --dir %s &\n"
			 "  kaocheng key new G01.head --dir %s\n"
			 "  kaocheng unit register --unit G01 --group gov "
			 "--name NAME --as estab.1 --dir %s\n"
			 "  kaocheng actor enrol --actor G01.head --unit G01 "
			 "--role head --as admin.1 --as admin.2 --dir %s\n"),
		    f.dir, f.origin, (unsigned long long)f.year, f.dir, f.dir,
		    f.dir, f.dir, f.dir, f.dir, f.dir);
	return code;
}
