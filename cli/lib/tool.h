/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the command line share beyond cmd.h. */
#ifndef KC_CLI_TOOL_H
#define KC_CLI_TOOL_H

#include <kaocheng/checkpoint.h>
#include <kaocheng/entry.h>
#include <kaocheng/replay.h>
#include <kaocheng/store.h>

#include "command/cmd.h"
#include "file.h"
#include "i18n.h"
#include "width.h"

struct json_t;

/* --- sentences (say.c) --- */
/* What a refusal says, wherever it came from; texts may be NULL or "". */
struct kc_saying {
	const char *code, *message, *rule, *place, *state, *hint;
	const char *option, *value; /* as they were typed */
	long line, col;             /* 0: none */
	int status;                 /* HTTP status that fits */
};
int kc_cli_say(const struct kc_cli *cli, const struct kc_saying *s);
/* A value that cannot stand: says the sentence, and to programs the option as
 * it was typed and the value (NULL: it is too long to be repeated). */
int kc_cli_refuse(const struct kc_cli *cli, enum kc_refusal_code code,
    const char *option, const char *value, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* From here on errors are said for this format: for json and jsonl one object
 * a line of stderr (docs/API.md, "Errors of the command line"). */
void kc_cli_errors_as(enum kc_format format);
/* Prints a problem document of the daemon; returns the exit code. */
int kc_cli_problem(const struct kc_cli *cli, long status, struct kc_slice body);
/* Prints "error: <sentence>" with a hint (may be NULL); returns code. */
int kc_cli_fail(int code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The number of an option, from least to most (INT64_MAX: without end), or
 * says so; without a text *out stays. Returns the exit code. */
int kc_cli_within(const char *option, const char *text, uint64_t least,
    uint64_t most, uint64_t *out);
/* What was said while somebody listened: the sentence alone. */
struct kc_heard {
	char code[24]; /* of a refusal, or "" */
	struct kc_buf message;
};
/* From here on errors and refusals are not printed but heard, the last one
 * counting; NULL: printed again. Release the message. */
void kc_cli_hear(struct kc_heard *h);
/* A usage error of an argument. */
int kc_cli_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* From here on a usage error ends with how the command is used. */
void kc_cli_usage_of(const char *words, const char *rest);
/* A line of talk on stderr unless --quiet. */
void kc_cli_note(const struct kc_cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- where to read (source.c) --- */
/* A ledger on disk, opened read-only and replayed. */
struct kc_local {
	struct kc_store *store;
	struct kc_log log;
	struct kc_state *state;
	struct kc_frontier frontier; /* of the replayed entries, if hashed */
	uint64_t upto;
	int64_t now_ms;
	bool has_anchor;
	struct kc_checkpoint anchor; /* the newest that the store reaches */
	struct kc_buf anchor_note;
	struct kc_anchored held; /* all that the anchor holds */
	struct kc_stand stood;   /* the store, when they were compared */
	uint64_t beyond;         /* entries that the anchor alone holds */
};
/* The path that DIR/kaocheng.yaml has for a key, or DIR/otherwise; "" if it is
 * too long. cli->dir is set. */
void kc_cli_place(const struct kc_cli *cli, const char *key,
    const char *otherwise, char out[KC_PATH_SIZE]);
/* The number that it has for a key of a section, or otherwise. */
uint64_t kc_cli_number(const struct kc_cli *cli, const char *section,
    const char *key, uint64_t otherwise);
/* Opens cli->dir and holds its head against the anchor; prints and returns
 * the exit code. Close it in every case. */
int kc_local_open(const struct kc_cli *cli, struct kc_local *l);
/* source_anchor.c, of opening: the store against the head that was read from
 * the anchor; where that has more, it is waited for a moment, and then what is
 * told is told of what the store has. */
enum kc_err kc_local_compare(const struct kc_cli *cli, struct kc_local *l);
/* Replays to --as-of; with hash, frontier is that of the replayed entries. */
int kc_local_replay(const struct kc_cli *cli, struct kc_local *l, bool hash);
/* The same checks, and upto, without the state at upto. */
int kc_local_check(const struct kc_cli *cli, struct kc_local *l);
/* What a replay ended with, for people; the exit code. */
int kc_local_replayed(const struct kc_cli *cli, enum kc_err err,
    const struct kc_refusal *why, uint64_t bad, const char *what);
void kc_local_close(struct kc_local *l);
/* Receipt of an entry against the anchored checkpoint, or the first that
 * witnesses signed and that covers it. */
int kc_local_receipt(const struct kc_cli *cli, const struct kc_local *l,
    uint64_t seq, bool witnessed, struct kc_buf *out);
/* Socket or URL of the daemon: --socket, --url, --dir, environment. */
enum kc_err kc_cli_where(const struct kc_cli *cli, char out[1024]);
/* Prints when it fails; returns the exit code. */
int kc_cli_connect(struct kc_cli *cli, struct kc_client **out);
/* Over TCP, opens a session for reading as the first --as; else nothing. */
int kc_cli_login(struct kc_cli *cli, struct kc_client *c);
/* Opens a session as whoever holds this pen, on a socket too; its token is for
 * this client, or goes to who asks for it. */
struct kc_pen;
int kc_cli_token(struct kc_cli *cli, struct kc_client *c,
    const struct kc_pen *pen, struct kc_buf *out);
/* The same with the key of an actor, over a connection of its own. */
int kc_cli_token_at(struct kc_cli *cli, const char *actor, struct kc_buf *out);
int kc_cli_session(
    struct kc_cli *cli, struct kc_client *c, const struct kc_pen *pen);
/* What a GET gave, which must be 200: prints otherwise and returns the exit
 * code. */
int kc_cli_got(struct kc_cli *cli, enum kc_err err, long status,
    const struct kc_buf *body);
/* A GET, and what it gave. */
int kc_cli_get(struct kc_cli *cli, struct kc_client *c, const char *path,
    struct kc_buf *body);
/* --as-of as a size or, when *upto is UINT64_MAX, an instant (INT64_MAX:
 * now). Prints what is wrong with it. */
int kc_cli_as_of(const struct kc_cli *cli, uint64_t *upto, int64_t *ms);

/* --- times (when.c) --- */
enum kc_when {
	KC_WHEN_OK,
	KC_WHEN_NOT,    /* not written as a time */
	KC_WHEN_FAR,    /* a year that no ledger has */
	KC_WHEN_NO_DAY, /* 2022-02-30 */
};
/* "2022-09-30", "2022-09-30 18:00", "2022-09-30T10:00:00.000Z", with +08:00
 * or another offset; without one, that of the offices. *ms is the last
 * instant of the day, minute or second that is named. */
enum kc_when kc_read_when(const char *text, int64_t *ms);
/* The same for the value of an option; prints what is wrong with it. */
int kc_cli_when(const char *option, const char *text, int64_t *ms);

/* --- printing (print.c, table.c)
 * ----------------------------------------------
 */
/* Text of a cell for people: words and labels in their language, lists
 * joined, line feeds as spaces. */
void kc_cell_text(struct kc_buf *out, struct json_t *row, const char *key);
/* The same for machines: the value as it stands in the document. */
void kc_cell_value(struct kc_buf *out, struct json_t *row, const char *key);
/* Prints rows as an aligned table to stdout. */
int kc_print_table(const struct kc_cli *cli, const struct kc_view *v,
    struct json_t *rows, bool wide);
/* Writes rows as a workbook to cli->out, whole or not at all; figures of
 * columns that stand to the right are numbers, all else is text. */
int kc_print_book(
    const struct kc_cli *cli, const struct kc_view *v, struct json_t *rows);
const char *
kc_column_label(const struct kc_cli *cli, const struct kc_view_column *c);
/* Label of a member that stands over the rows: that of a column of the same
 * name, in this view or another; its key if it has none. */
const char *kc_member_label(
    const struct kc_cli *cli, const struct kc_view *own, const char *key);

/* --- values --- */
enum kc_err kc_cli_random(uint8_t *out, size_t n); /* from the kernel */
/* Asks on the terminal without echo, or reads the first line of file. */
int kc_cli_passphrase(const struct kc_cli *cli, const char *file,
    const char *prompt, bool twice, char out[1024]);

/* --- commands
 * -----------------------------------------------------------------
 */
extern const struct kc_command kc_commands[];
extern const size_t kc_ncommands;
int kc_cmd_help(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_version(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_schema(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_completion(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_init(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_key_new(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_doctor(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_watch(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_evidence_put(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_evidence_get(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_evidence_list(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_evidence_verify(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_evidence_sweep(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_restore_follow(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_key_card(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_key_show(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_key_passwd(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_key_window(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_key_rotate(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_logkey_rotate(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_logkey_follow(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_key_list(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_people_import(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_people_show(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_people_edit(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_people_erase(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_people_export(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_people_check(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_explain(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_view(struct kc_cli *cli, const char *view, int argc, char **argv);
int kc_cmd_grant_show(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_indicator_show(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_cadre_show(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_status(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_glance(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_calendar_show(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_calendar_workdays(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_calendar_import(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_deadline_feed(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_deadline_simulate(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_target_clone(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_deadline_calendar(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_deadline_ics(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_log_list(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_log_search(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_log_tail(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_receipt_check(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_log_show(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_replay(struct kc_cli *cli, int argc, char **argv);
/* `replay` under a supposition. */
int kc_cmd_suppose(struct kc_cli *cli);
/* The document of one, by the options of the command line; with --out its
 * evidence is saved. And what people read of it. */
int kc_suppose_document(struct kc_cli *cli, struct kc_buf *json);
int kc_suppose_print(struct kc_cli *cli, struct kc_slice json);
/* Prints it, and files its evidence in the dispute of --file-with. */
int kc_suppose_file(struct kc_cli *cli, struct kc_buf *json);
int kc_cmd_blame(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_bisect(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_diff(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_remind_test(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_remind_status(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_witness(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_witness_new(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_witness_show(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_clock_show(struct kc_cli *cli, int argc, char **argv);
/* Where the clock of the ledger stands. */
int kc_cli_ledger_now(struct kc_cli *cli, struct kc_client *c, int64_t *ms);
int kc_cmd_found(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_rehearse(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_clock_advance(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_remind_preview(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_remind_simulate(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_policy_check(struct kc_cli *cli, int argc, char **argv);
/* Bytes of a policy: it must fit into an entry. */
#define KC_POLICY_MAX 65535u
int kc_cmd_policy_test(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_chart_waterfall(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_chart_timeline(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_chart_bands(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_form_list(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_form_render(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_policy_diff(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_policy_impact(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_inbox(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_draft_list(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_draft_drop(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_sign(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_login(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_unlock(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_lock(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_logout(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_whoami(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_session(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_import(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_send(struct kc_cli *cli, int argc, char **argv);
int kc_cmd_write(
    struct kc_cli *cli, const struct kc_kind *kind, int argc, char **argv);
/* One with no fields but those that are filled in by itself. The signed note
 * is kept in a file of that name before it is sent. *open: as kc_post_kept's;
 * false as long as nothing was sent. */
int kc_cmd_write_kept(struct kc_cli *cli, const struct kc_kind *kind,
    const char *keep, bool *open);
/* Does the command line offer this kind? Not the clerk's nor the founders'. */
bool kc_kind_is_written(const struct kc_kind *kind);
/* "target.approve_first" -> "approve-first" in out. */
void kc_kind_verb(const struct kc_kind *kind, char *out, size_t size);
/* A name and what it is, in two columns. */
void kc_help_line(const char *name, const char *text);
/* The options that one command has of its own. */
void kc_help_options(const struct kc_cli *cli, const struct kc_command *c);
int kc_help_exit_codes(const struct kc_cli *cli);
int kc_help_environment(const struct kc_cli *cli);
/* The roles, and what each of them may sign that not everybody may. */
int kc_help_roles(const struct kc_cli *cli);
void kc_help_command(const struct kc_cli *cli, const struct kc_command *c);
void kc_help_kind(const struct kc_cli *cli, const struct kc_kind *kind);
/* "Establishment Office or head of a unit; and ...": who signs it. */
void kc_kind_signers(
    const struct kc_cli *cli, const struct kc_kind *kind, struct kc_buf *out);
int kc_help_code(const struct kc_cli *cli, enum kc_refusal_code code);

#endif
