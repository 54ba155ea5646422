/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of the agent protocol: a length, a type, strings with lengths. */
#include "agent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <kaocheng/base64.h>
#include <kaocheng/hash.h>

/* draft-ietf-sshm-ssh-agent, section 6.1 */
#define AGENT_FAILURE 5
#define REQUEST_IDENTITIES 11
#define IDENTITIES_ANSWER 12
#define SIGN_REQUEST 13
#define SIGN_RESPONSE 14

#define REPLY_MAX 262144 /* as OpenSSH has it */

static const struct kc_slice algorithm = {"ssh-ed25519", 11};

/* --- writing and reading --- */
static void
put_u32(struct kc_buf *b, size_t v)
{
	kc_buf_be16(b, (uint16_t)(v >> 16));
	kc_buf_be16(b, (uint16_t)v);
}

static void
put_string(struct kc_buf *b, struct kc_slice s)
{
	put_u32(b, s.n);
	kc_buf_slice(b, s);
}

static void
put_blob(struct kc_buf *b, const uint8_t pub[KC_PUBKEY_SIZE])
{
	put_string(b, algorithm);
	put_string(b, (struct kc_slice){(const char *)pub, KC_PUBKEY_SIZE});
}

static size_t
u32_of(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;

	return (size_t)kc_be16(b) << 16 | kc_be16(b + 2);
}

static bool
take_u32(struct kc_slice *rest, size_t *v)
{
	if (rest->n < 4)
		return false;
	*v = u32_of(rest->p);
	rest->p += 4;
	rest->n -= 4;
	return true;
}

static bool
take_string(struct kc_slice *rest, struct kc_slice *out)
{
	size_t n;

	if (!take_u32(rest, &n) || n > rest->n)
		return false;
	*out = (struct kc_slice){rest->p, n};
	rest->p += n;
	rest->n -= n;
	return true;
}

/* Two strings, "ssh-ed25519" and so many bytes, and nothing after them. */
static bool
take_pair(struct kc_slice blob, size_t n, struct kc_slice *out)
{
	struct kc_slice name;

	return take_string(&blob, &name) && kc_slice_eq(name, algorithm) &&
	    take_string(&blob, out) && out->n == n && blob.n == 0;
}

/* --- the socket --- */
static enum kc_err
dial(int *fd)
{
	const char *path = getenv("SSH_AUTH_SOCK");
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	*fd = -1;
	if (path == NULL || path[0] == '\0')
		return KC_ENOTFOUND;
	if (!kc_slice_copy(
		to.sun_path, sizeof(to.sun_path), kc_slice_str(path))) {
		errno = ENAMETOOLONG;
		return KC_EUNAVAILABLE;
	}
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0 || connect(*fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		return KC_EUNAVAILABLE;
	return KC_OK;
}

static enum kc_err
send_all(int fd, struct kc_slice s)
{
	while (s.n > 0) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return KC_EUNAVAILABLE;
		s.p += n;
		s.n -= (size_t)n;
	}
	return KC_OK;
}

static enum kc_err
receive(int fd, size_t want, struct kc_buf *out)
{
	char bytes[4096];

	while (want > 0) {
		ssize_t n = recv(
		    fd, bytes, want < sizeof(bytes) ? want : sizeof(bytes), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ECONNRESET;
		if (n <= 0)
			return KC_EUNAVAILABLE;
		kc_buf_put(out, bytes, (size_t)n);
		want -= (size_t)n;
	}
	return kc_buf_err(out);
}

/* One request and the body of its answer, without its length. */
static enum kc_err
ask(const struct kc_buf *request, struct kc_buf *reply)
{
	struct kc_buf head = {0};
	int fd;
	enum kc_err err = dial(&fd);

	put_u32(&head, request->n);
	if (err == KC_OK)
		err = kc_buf_err(request);
	if (err == KC_OK)
		err = kc_buf_err(&head);
	if (err == KC_OK)
		err = send_all(fd, kc_buf_view(&head));
	if (err == KC_OK)
		err = send_all(fd, kc_buf_view(request));
	kc_buf_reset(&head);
	if (err == KC_OK)
		err = receive(fd, 4, &head);
	if (err == KC_OK) {
		size_t n = u32_of(head.p);

		err = n == 0 || n > REPLY_MAX ? KC_ESYNTAX
					      : receive(fd, n, reply);
	}
	if (fd >= 0)
		(void)close(fd);
	kc_buf_free(&head);
	return err;
}

/* --- what it holds --- */
static void
describe(struct kc_agent_key *k, struct kc_slice blob, struct kc_slice comment)
{
	struct kc_hash h = kc_sha256(blob.p, blob.n);
	struct kc_buf text = {0};

	kc_buf_str(&text, "SHA256:");
	kc_buf_hash(&text, &h);
	(void)kc_slice_copy(
	    k->print, sizeof(k->print), kc_slice_str(kc_buf_cstr(&text)));
	k->print[strcspn(k->print, "=")] = '\0';
	if (comment.n >= sizeof(k->comment))
		comment.n = sizeof(k->comment) - 1;
	(void)kc_slice_copy(k->comment, sizeof(k->comment), comment);
	kc_buf_free(&text);
}

static enum kc_err
read_list(struct kc_slice rest, struct kc_agent_key *v, size_t max, size_t *n)
{
	struct kc_slice blob, comment, pub;
	size_t count;

	if (rest.n < 1 || rest.p[0] != IDENTITIES_ANSWER)
		return KC_ESYNTAX;
	rest.p++;
	rest.n--;
	if (!take_u32(&rest, &count))
		return KC_ESYNTAX;
	while (count-- > 0) {
		if (!take_string(&rest, &blob) || !take_string(&rest, &comment))
			return KC_ESYNTAX;
		if (*n == max || !take_pair(blob, KC_PUBKEY_SIZE, &pub))
			continue; /* of another algorithm */
		memcpy(v[*n].pub, pub.p, KC_PUBKEY_SIZE);
		describe(&v[(*n)++], blob, comment);
	}
	return rest.n == 0 ? KC_OK : KC_ESYNTAX;
}

enum kc_err
kc_agent_list(struct kc_agent_key *v, size_t max, size_t *n)
{
	struct kc_buf request = {0}, reply = {0};
	enum kc_err err;

	*n = 0;
	kc_buf_char(&request, REQUEST_IDENTITIES);
	err = ask(&request, &reply);
	if (err == KC_OK)
		err = read_list(kc_buf_view(&reply), v, max, n);
	kc_buf_free(&request);
	kc_buf_free(&reply);
	return err;
}

/* --- signing --- */
/* It says no more than "failure": is the key there? */
static enum kc_err
why_not(const uint8_t pub[KC_PUBKEY_SIZE])
{
	static struct kc_agent_key v[KC_AGENT_KEYS_MAX]; /* large */
	size_t n;
	enum kc_err err = kc_agent_list(v, KC_AGENT_KEYS_MAX, &n);

	for (size_t i = 0; err == KC_OK && i < n; i++)
		if (memcmp(v[i].pub, pub, KC_PUBKEY_SIZE) == 0)
			return KC_EREFUSED;
	return err == KC_OK ? KC_ENOKEY : err;
}

enum kc_err
kc_agent_sign(const uint8_t pub[KC_PUBKEY_SIZE], struct kc_slice text,
    uint8_t sig[KC_SIG_SIZE])
{
	struct kc_buf blob = {0}, request = {0}, reply = {0};
	struct kc_slice rest, pair, raw;
	enum kc_err err;

	put_blob(&blob, pub);
	kc_buf_char(&request, SIGN_REQUEST);
	put_string(&request, kc_buf_view(&blob));
	put_string(&request, text);
	put_u32(&request, 0); /* no flags */
	err = kc_buf_err(&blob);
	if (err == KC_OK)
		err = ask(&request, &reply);
	rest = kc_buf_view(&reply);
	if (err == KC_OK && rest.p[0] == AGENT_FAILURE) {
		err = why_not(pub);
	} else if (err == KC_OK) {
		bool is = rest.p[0] == SIGN_RESPONSE;

		rest.p++;
		rest.n--;
		if (!is || !take_string(&rest, &pair) || rest.n != 0 ||
		    !take_pair(pair, KC_SIG_SIZE, &raw))
			err = KC_ESYNTAX;
		else if (kc_sig_ok(pub, text.p, text.n, (const uint8_t *)raw.p))
			memcpy(sig, raw.p, KC_SIG_SIZE);
		else
			err = KC_ESIG;
	}
	kc_buf_free(&blob);
	kc_buf_free(&request);
	kc_buf_free(&reply);
	return err;
}
