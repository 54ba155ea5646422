/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration of a witness: one strict YAML file, as the daemon's. */
#ifndef KC_WITNESS_CONFIG_H
#define KC_WITNESS_CONFIG_H

#include <sys/socket.h>

#include <kaocheng/sign.h>

#include "http/host.h"
#include "sys/keys.h"

#define KC_WITNESS_LOGS_MAX 256
#define KC_WITNESS_FILE_MAX 131072 /* bytes of the file */

struct kc_witness_config {
	char key[KC_CONFIG_PATH_MAX];
	char state[KC_CONFIG_PATH_MAX];  /* directory of the book */
	char socket[KC_HOST_SOCKET_MAX]; /* "": none */
	mode_t socket_mode;
	struct sockaddr_storage tcp;
	unsigned tcp_n; /* bytes of it; 0: none */
	unsigned connections_max;
	unsigned requests_per_s; /* of one source; 0: no limit */
	int log_level;           /* enum kc_log_level */
	size_t nlogs;
	struct kc_vkey logs[KC_WITNESS_LOGS_MAX]; /* type 0x01 */
};

/* Reads the file. KC_EREFUSED with the place in *why; KC_EIO with errno,
 * KC_ENOTFOUND, KC_ETOOBIG, KC_EINVAL (a path too long), KC_ENOMEM. */
enum kc_err kc_witness_config_load(
    struct kc_witness_config *out, const char *file, struct kc_refusal *why);

#endif
