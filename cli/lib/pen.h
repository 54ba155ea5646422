/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an actor signs with: the key of a file, or one that an ssh-agent holds
 * and whose file says so. All functions print what goes wrong and return the
 * exit code.
 */
#ifndef KC_CLI_PEN_H
#define KC_CLI_PEN_H

#include <kaocheng/sign.h>

#include "agent.h"
#include "command/cmd.h"

struct kc_pen {
	struct kc_skey key; /* of an agent's the public half alone */
	bool agent;
};

/* That of an actor, or of a key file (a path has a '/'); asks for the
 * passphrase if need be. Wipe it. */
int
kc_pen_open(const struct kc_cli *cli, const char *actor, struct kc_pen *out);
void kc_pen_wipe(struct kc_pen *p);
/* Would opening it ask for a passphrase at the terminal? */
bool kc_pen_asks(const struct kc_cli *cli, const char *actor);
/* Appends the signature over a text in base64; or as a line of a note. The text
 * may lie in out. */
int
kc_pen_base64(const struct kc_pen *p, struct kc_slice text, struct kc_buf *out);
int
kc_pen_line(const struct kc_pen *p, struct kc_slice text, struct kc_buf *out);
/* Appends the note: text, an empty line, a line of each, whose actors must be
 * those of its `by` lines. */
int kc_pen_note(const struct kc_pen *pens, size_t n, struct kc_slice text,
    struct kc_buf *out);

/* A key that the agent holds: the one that --agent-key names, else the only
 * one. Not `but` (may be NULL). */
int kc_pen_choose(const struct kc_cli *cli, const struct kc_vkey *but,
    struct kc_agent_key *out);

#endif
