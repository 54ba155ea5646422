/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An export behind an address, as struct kc_files: a daemon (its socket, or
 * its URL) or any web server with the files of an export. libcurl is loaded
 * when the first address is opened, so that a program that only reads files
 * runs where there is none. Nothing that the server says is believed: what it
 * sends is bounded in size and time, and no redirect is followed.
 */
#ifndef KC_CLI_MIRROR_H
#define KC_CLI_MIRROR_H

#include <kaocheng/bundle.h>

#define KC_MIRROR_TIMEOUT_S 30 /* seconds, if not said */
#define KC_MIRROR_TIMEOUT_MAX_S 3600

struct kc_mirror; /* opaque; one thread at a time */

/* An http or https URL, or a socket that is there? */
bool kc_is_address(const char *where);
/* A server that sends less than 1,000 bytes a second for timeout_s seconds is
 * given up, and so is a file that takes twenty times as long. A URL may not
 * have a query. KC_EINVAL, KC_ENOMEM; KC_EUNAVAILABLE: there is no libcurl. */
enum kc_err
kc_mirror_open(struct kc_mirror **out, const char *where, unsigned timeout_s);
void kc_mirror_close(struct kc_mirror *m); /* accepts NULL */
/* Reads as struct kc_files says; 404 is KC_ENOTFOUND. A server that says 429 or
 * 503 is asked again after as long as it says. Evidence is evidence/<hash> of a
 * web server, in ranges if it has them, or what a daemon gives to who reads;
 * what it does not give counts as not there. Borrows m. */
struct kc_files kc_mirror_files(struct kc_mirror *m);
/* The token of a session: who reads there (API.md "Identity"). KC_EINVAL: it is
 * not one. */
enum kc_err kc_mirror_token(struct kc_mirror *m, struct kc_slice token);
/* What came in place of the last file that could not be read (KC_EIO), with
 * its path, in plain words; "" if there was none. */
const char *kc_mirror_fault(const struct kc_mirror *m);

#endif
