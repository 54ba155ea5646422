/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <kaocheng/limits.h>

/* --- keys --- */
void
kc_wire_put_keys(struct kc_buf *b, const struct kc_log_keys *keys)
{
	for (size_t i = 0; i < keys->n; i++) {
		kc_buf_vkey(b, &keys->v[i]);
		kc_buf_char(b, '\n');
	}
}

enum kc_err
kc_wire_take_keys(struct kc_log_keys *out, struct kc_slice rest)
{
	struct kc_slice line;

	out->n = 0;
	while (kc_slice_line(&rest, &line)) {
		if (out->n == KC_LOG_KEYS_MAX ||
		    kc_vkey_parse(&out->v[out->n], line) != KC_OK)
			return KC_ESYNTAX;
		out->n++;
	}
	return rest.n == 0 ? KC_OK : KC_ESYNTAX;
}

/* --- heads --- */
struct kc_slice
kc_wire_last_part(struct kc_slice batch)
{
	size_t before;

	if (batch.n == 0)
		return batch;
	before = (batch.n - 1) / KC_SIGNER_PART_MAX * KC_SIGNER_PART_MAX;
	return (struct kc_slice){batch.p + before, batch.n - before};
}

void
kc_wire_put_head(struct kc_buf *b, const struct kc_head_ask *ask)
{
	struct kc_slice part = kc_wire_last_part(ask->batch);

	kc_buf_char(b, part.n > 0 ? KC_SIGNER_WITH : KC_SIGNER_HEAD);
	if (part.n > 0) {
		kc_buf_be64(b, part.n);
		kc_buf_slice(b, part);
	}
	kc_buf_str(b, ask->head->origin);
	kc_buf_char(b, '\n');
	kc_buf_be64(b, ask->head->size);
	kc_buf_put(b, ask->head->root.b, KC_HASH_SIZE);
	kc_buf_be16(b, (uint16_t)ask->nproof);
	for (size_t i = 0; i < ask->nproof; i++)
		kc_buf_put(b, ask->proof[i].b, KC_HASH_SIZE);
	kc_wire_put_keys(b, ask->keys);
}

enum kc_err
kc_wire_take_part(struct kc_slice *rest, struct kc_slice *part)
{
	uint8_t b[8];
	uint64_t n;

	if (!kc_slice_take(rest, b, sizeof(b)))
		return KC_ESYNTAX;
	n = kc_be64(b);
	if (n == 0 || n > rest->n)
		return KC_ESYNTAX;
	*part = (struct kc_slice){rest->p, (size_t)n};
	rest->p += n;
	rest->n -= (size_t)n;
	return KC_OK;
}

enum kc_err
kc_wire_take_head(struct kc_wire_head *out, struct kc_slice rest)
{
	struct kc_slice origin;
	uint8_t size[8], n[2];

	if (!kc_slice_line(&rest, &origin) ||
	    !kc_slice_copy(
		out->head.origin, sizeof(out->head.origin), origin) ||
	    !kc_slice_take(&rest, size, sizeof(size)) ||
	    !kc_slice_take(&rest, out->head.root.b, KC_HASH_SIZE) ||
	    !kc_slice_take(&rest, n, sizeof(n)))
		return KC_ESYNTAX;
	out->head.size = kc_be64(size);
	out->nproof = kc_be16(n);
	if (out->head.size > INT64_MAX || out->nproof > KC_PROOF_MAX)
		return KC_ESYNTAX;
	for (size_t i = 0; i < out->nproof; i++)
		if (!kc_slice_take(&rest, out->proof[i].b, KC_HASH_SIZE))
			return KC_ESYNTAX;
	return kc_wire_take_keys(&out->keys, rest);
}

/* --- messages --- */
enum kc_err
kc_wire_send(int fd, struct kc_slice message)
{
	ssize_t n;

	if (message.n > KC_SIGNER_MESSAGE_MAX)
		return KC_ETOOBIG;
	do
		n = send(fd, message.p, message.n, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return KC_EBUSY;
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
		return KC_EUNAVAILABLE;
	return n == (ssize_t)message.n ? KC_OK : KC_EIO;
}

enum kc_err
kc_wire_receive(int fd, struct kc_buf *in)
{
	static _Thread_local char bytes[KC_SIGNER_MESSAGE_MAX + 1];
	ssize_t n;

	kc_buf_reset(in);
	do
		n = recv(fd, bytes, sizeof(bytes), 0);
	while (n < 0 && errno == EINTR);
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return KC_EUNAVAILABLE;
	if (n < 0)
		return errno == EAGAIN ? KC_EBUSY : KC_EIO;
	if ((size_t)n > KC_SIGNER_MESSAGE_MAX)
		return KC_ETOOBIG;
	kc_buf_put(in, bytes, (size_t)n);
	return kc_buf_err(in);
}
