/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The places are one list for the daemon and its helpers: what a process has
 * given up its children cannot have. The signer and the sender then give up
 * what of it they do not need.
 */
#include "sys/confine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/sandbox.h"

#define PLACES_MAX 256
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Libraries, names and certificates, the clock's zone, what /proc says; and,
 * for our helpers and the operator's programs, what a program is loaded from.
 */
static const struct kc_sandbox_place system_places[] = {{"/usr", false, true},
    {"/bin", false, true}, {"/lib", false, true}, {"/lib64", false, true},
    {"/etc", false, false}, {"/proc", false, false},
    {"/run/systemd/resolve", false, false}, {"/run/resolvconf", false, false},
    {"/run/NetworkManager", false, false}, {"/dev/null", true, false},
    {"/dev/urandom", false, false}};

/* Paths that are made here lie in `texts`. */
struct places {
	struct kc_sandbox_place v[PLACES_MAX];
	size_t n;
	struct kc_buf texts[PLACES_MAX];
	size_t ntexts;
	enum kc_err err;
};

static void
put(struct places *p, const char *path, bool write, bool exec)
{
	if (p->err != KC_OK || path[0] == '\0')
		return;
	if (p->n == PLACES_MAX)
		p->err = KC_EINVAL;
	else
		p->v[p->n++] = (struct kc_sandbox_place){path, write, exec};
}

static void
put_copy(struct places *p, struct kc_slice path, bool write, bool exec)
{
	struct kc_buf *text;

	if (p->err != KC_OK || path.n == 0)
		return;
	if (p->ntexts == PLACES_MAX) {
		p->err = KC_EINVAL;
		return;
	}
	text = &p->texts[p->ntexts++];
	kc_buf_slice(text, path);
	kc_buf_char(text, '\0');
	p->err = kc_buf_err(text);
	if (p->err == KC_OK)
		put(p, text->p, write, exec);
}

/* The directory in which a file lies, or is made: a file that is put in its
 * place is another, to which no rule of its own would reach. */
static void
put_dir_of(struct places *p, const char *file, bool write, bool exec)
{
	char dir[KC_CONFIG_PATH_MAX];

	if (p->err != KC_OK || file[0] == '\0')
		return;
	p->err = kc_file_dir(dir, sizeof(dir), file);
	if (p->err == KC_OK)
		put_copy(p, kc_slice_str(dir), write, exec);
}

/* A directory of ours; if it is to be made, the one above it. */
static void
put_own(struct places *p, const char *dir)
{
	struct stat st;

	if (dir[0] != '\0' && stat(dir, &st) != 0)
		put_dir_of(p, dir, true, false);
	else
		put(p, dir, true, false);
}

/* What the loader was told to load into us it loads into our helpers. */
static void
put_loaded(struct places *p, const char *name)
{
	const char *s = getenv(name);

	while (s != NULL && *s != '\0') {
		size_t n = strcspn(s, ": ");

		put_copy(p, (struct kc_slice){s, n}, false, false);
		s += n + (s[n] != '\0');
	}
}

static void
put_programs(struct places *p)
{
	char self[KC_CONFIG_PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		put_dir_of(p, self, false, true);
	}
	put_loaded(p, "LD_PRELOAD");
	put_loaded(p, "LD_LIBRARY_PATH");
}

static void
put_remind(struct places *p, const struct kc_remind *r)
{
	const struct kc_remind_http *http[] = {
	    &r->webhook, &r->dingtalk, &r->wecom, &r->feishu};

	if (!r->on)
		return;
	put_dir_of(p, r->sender, false, true);
	put_dir_of(p, r->ca, false, false);
	put_dir_of(p, r->smtp.password, false, false);
	for (size_t i = 0; i < COUNT(http); i++) {
		put_dir_of(p, http[i]->key, false, false);
		put_dir_of(p, http[i]->places, false, false);
	}
	if (r->file.on)
		put_own(p, r->file.dir);
	if (!r->command.on)
		return;
	put_dir_of(p, kc_remind_list_get(&r->command.argv, 0), false, true);
	for (unsigned i = 0; i < r->command.paths.n; i++)
		put(p, kc_remind_list_get(&r->command.paths, i), true, true);
}

static void
put_config(struct places *p, const struct kc_config *c)
{
	/* Read anew by SIGHUP, and often replaced by another of its name. */
	put_dir_of(p, c->file, false, false);
	put_own(p, c->ledger);
	put_dir_of(p, c->anchor, true, false);
	put_dir_of(p, c->second_anchor, true, false);
	put_dir_of(p, c->log_key, false, false);
	put_dir_of(p, c->clerk_key, false, false);
	put_own(p, c->people);
	put_own(p, c->evidence);
	put_own(p, c->drafts);
	put_dir_of(p, c->socket, true, false);
	put_dir_of(p, c->witnesses.ca, false, false);
	put_remind(p, &c->remind);
}

enum kc_err
kc_confine(const struct kc_config *c)
{
	struct places *p = kc_alloc(sizeof(*p));
	enum kc_err err = KC_ENOMEM;

	if (p == NULL)
		return err;
	for (size_t i = 0; i < COUNT(system_places); i++)
		put(p, system_places[i].path, system_places[i].write,
		    system_places[i].exec);
	put_programs(p);
	put_config(p, c);
	err = p->err;
	if (err == KC_OK)
		err = kc_sandbox_files(p->v, p->n);
	for (size_t i = 0; i < p->ntexts; i++)
		kc_buf_free(&p->texts[i]);
	kc_free(p);
	return err;
}
