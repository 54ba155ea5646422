/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every command sees: the options common to all, where to read from,
 * how to print. Commands are rows of one table in main.c.
 */
#ifndef KC_CMD_H
#define KC_CMD_H

#include <kaocheng/refusal.h>
#include <kaocheng/view.h>

#include "lib/client.h"

/* Exit codes: `kaocheng help exit-codes`. */
enum kc_exit {
	KC_EXIT_OK = 0,
	KC_EXIT_FAILED = 1,
	KC_EXIT_USAGE = 2,
	KC_EXIT_NOT_FOUND = 3,
	KC_EXIT_NOT_PERMITTED = 4,
	KC_EXIT_CONFLICT = 5,
	KC_EXIT_REFUSED = 6,
	KC_EXIT_UNREACHABLE = 7,
	KC_EXIT_TAMPERED = 10,
	KC_EXIT_INCOMPLETE = 11,
	KC_EXIT_DIFFERS = 12
};

enum kc_format {
	KC_FORMAT_TABLE,
	KC_FORMAT_WIDE,
	KC_FORMAT_JSON,
	KC_FORMAT_JSONL,
	KC_FORMAT_CSV,
	KC_FORMAT_TSV,
	KC_FORMAT_MD,
	KC_FORMAT_XLSX /* to the file of --out; as for people */
};

#define KC_CLI_AS_MAX 8

struct kc_login;

/* A passphrase that the command has asked for already. */
#define KC_SECRET_SIZE 1024
struct kc_secret {
	const char *actor, *passphrase;
};

/* Values of an option that may be repeated. */
#define KC_CLI_LIST_MAX 64
struct kc_cli_list {
	const char *v[KC_CLI_LIST_MAX];
	size_t n;
};

struct kc_cli {
	const char *program; /* argv[0], as people should type it */
	const char *bin;     /* directory of the programs; NULL: of this one */
	const char *dir;     /* --dir: a stopped ledger, read-only */
	const char *where;   /* --socket or --url; NULL: default */
	const char *keys;    /* --keys: directory of key files */
	const char *as[KC_CLI_AS_MAX];
	size_t nas;
	bool as_remembered;          /* it is who has logged in */
	const char *as_of;           /* --as-of: entry number or instant */
	const char *id;              /* --id */
	const char *at;              /* --at */
	const char *out;             /* --out */
	const char *trust;           /* --trust */
	const char *passphrase_file; /* the first --passphrase-file */
	/* one a signer, in their order; or one for all */
	struct kc_cli_list passphrase_files;
	struct kc_cli_list share;     /* --share: who signs later, elsewhere */
	const struct kc_login *login; /* what is remembered; NULL: nothing */
	/* options of single commands, NULL if not given */
	const char *year, *from, *to, *limit, *after, *unit, *actor,
	    *on;                                        /* what is read */
	const char *at_least, *receipt, *leaf, *bundle; /* files of proofs */
	const char *possession;                         /* key show */
	const char *origin, *title, *policy, *tcp;      /* init */
	struct kc_cli_list admins;                      /* init */
	struct kc_cli_list tables;                      /* init */
	const char *how_long;                           /* unlock */
	const char *answers;                            /* found */
	bool apart; /* init: a passphrase for each key that is made */
	const struct kc_secret *secrets; /* borrowed */
	size_t nsecrets;
	const char *estab, *office;       /* init */
	bool resume;                      /* init */
	const char *smtp, *disputes;      /* demo */
	const char *config;               /* witness */
	struct kc_cli_list without, with; /* replay */
	struct kc_cli_list about;         /* export */
	bool whole;                       /* export, inbox */
	const char *profile;              /* export */
	struct kc_cli_list seal_to;       /* backup */
	const char *month;                /* deadline calendar */
	const char *only, *light, *since, *until, *state; /* of lists */
	bool overdue;
	const char *paper;               /* form render */
	const char *report;              /* verify */
	bool every;                      /* form render */
	const char *font;                /* form render: family of the PDF */
	const char *by, *before, *count; /* log */
	bool follow;                     /* log tail */
	const char *kind, *template;     /* import */
	const char *unseal, *lost;       /* restore */
	const char *entry, *older_than, *with_evidence; /* evidence */
	struct kc_cli_list keys_watched;                /* watch, as the next */
	const char *backup;                             /* doctor */
	const char *watch_state, *interval, *stale, *exec, *mirror;
	struct kc_cli_list witnesses;
	bool once;
	const char *new_passphrase_file; /* key passwd */
	const char *agent_key;           /* key new, key rotate */
	bool agent;
	const char *with_policy, *with_calendar, *file_with;
	bool renew, revoke;                       /* deadline feed */
	const char *first;                        /* bisect */
	bool explain_rank, explain_light;         /* explain */
	bool raw, with_receipt, witnessed, proof; /* log show */
	bool no_signatures, progress;             /* verify */
	bool unprotected, retry, no_serve, no_remind, tamper;
	bool leave_open;
	enum kc_lang lang;
	bool lang_given; /* --lang */
	enum kc_format format;
	bool dry_run, ascii, bom, yes, quiet, help, version;
	bool no_head; /* rows follow rows that were printed with their head */
	bool writes;  /* what runs would change the ledger */
};

/* What a command prints: every format, text or one JSON object, text. */
enum kc_prints {
	KC_PRINTS_ANY,
	KC_PRINTS_JSON,
	KC_PRINTS_TEXT
};

struct kc_command {
	const char *noun, *verb;         /* verb NULL: the noun alone */
	const char *usage_zh, *usage_en; /* one line of help */
	const char *synopsis;            /* arguments after the words */
	int (*run)(struct kc_cli *cli, int argc, char **argv);
	enum kc_prints prints;
	const char *view; /* it is this view and nothing more; run is NULL */
};

/* The path of a program beside this one ("kaochengd"), in out. */
enum kc_err kc_cli_sibling(
    const struct kc_cli *cli, const char *name, char *out, size_t size);
/* Prints a refusal in the form of the manual to stderr and returns the exit
 * code that fits its HTTP status. */
int kc_cli_refusal(const struct kc_cli *cli, const struct kc_refusal *r);
/* Prints "error: …" with the text of an error; returns KC_EXIT_FAILED or the
 * code that fits. `what` names the thing in plain words. */
int kc_cli_error(const struct kc_cli *cli, enum kc_err err, const char *what);
/* Renders a view (daemon or --dir) into out as JSON; on failure prints and
 * returns the exit code. */
int kc_cli_view(struct kc_cli *cli, const char *view,
    const struct kc_view_args *args, struct kc_buf *out);
struct json_t; /* of jansson */
/* The same as a document, which the caller gives back. */
int kc_cli_view_doc(struct kc_cli *cli, const char *view,
    const struct kc_view_args *args, struct json_t **doc);
/* Prints a document of rows by these columns, as kc_cli_print a view's. */
int kc_cli_print_as(
    struct kc_cli *cli, const struct kc_view *v, struct kc_slice json);
/* Prints a view's JSON in the chosen format to stdout. */
int kc_cli_print(struct kc_cli *cli, const char *view, struct kc_slice json);

int kc_cmd_demo(struct kc_cli *cli, int argc, char **argv);
/* `export OUT` and `verify PATH`; argv[0] is the first argument after the
 * words of the command, common options taken out already. */
int kc_cmd_export(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_backup(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_restore(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_verify(struct kc_cli *cli, int argc, char **argv);
/* Where files shipped under policies/ are looked for, as one text. */
void kc_cli_policy_places(const struct kc_cli *cli, struct kc_buf *out);
/* Finds a file shipped under policies/: beside the source tree of a build,
 * or where it is installed. */
enum kc_err kc_cli_policy_path(
    const struct kc_cli *cli, const char *name, char *out, size_t size);

#endif
