/* SPDX-License-Identifier: Apache-2.0 */
/* An export behind an address: libcurl, loaded when it is needed. */
#include "mirror.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <curl/curl.h>

#include "i18n.h"

#define LIBCURL "libcurl.so.4"
#define CONNECT_MS 10000L
#define SLOW 1000L   /* bytes a second that a server must send */
#define PATIENCE 20L /* times the timeout that one file may take */
#define ASKS_MAX 20  /* of one file that the server puts off */
#define PUT_OFF_MAX 60
#define OTHER_MAX 65536U /* bytes of what is not the file */
#define URL_SIZE 2048

/* X(name): the functions of libcurl that are called, and no others. */
#define CALLS(X)                                                               \
	X(easy_init)                                                           \
	X(easy_setopt)                                                         \
	X(easy_perform)                                                        \
	X(easy_getinfo)                                                        \
	X(easy_strerror)                                                       \
	X(easy_cleanup)

struct kc_mirror {
	void *library;
	CURL *curl;
#define X(name) __typeof__(&curl_##name) name;
	CALLS(X)
#undef X
	char base[URL_SIZE]; /* without a last '/' */
	char error[CURL_ERROR_SIZE];
	char fault[URL_SIZE + CURL_ERROR_SIZE + 128];
	bool daemon; /* it has given evidence as a daemon does */
	/* of the file under way */
	struct kc_buf *out;
	size_t max, got;
	uint64_t skip; /* bytes before the piece: no range was understood */
	bool too_big, piece;
};

static bool
is_url(const char *where)
{
	return strncmp(where, "http://", 7) == 0 ||
	    strncmp(where, "https://", 8) == 0;
}

bool
kc_is_address(const char *where)
{
	struct stat st;

	return is_url(where) || (stat(where, &st) == 0 && S_ISSOCK(st.st_mode));
}

/* --- opening --- */
static bool
load(struct kc_mirror *m)
{
	m->library = dlopen(LIBCURL, RTLD_NOW | RTLD_LOCAL);
	if (m->library == NULL)
		return false;
#define X(name)                                                                \
	*(void **)&m->name = dlsym(m->library, "curl_" #name);                 \
	if (m->name == NULL)                                                   \
		return false;
	CALLS(X)
#undef X
	return true;
}

/* Of a piece its bytes are taken and no more. */
static size_t
take_piece(struct kc_mirror *m, const char *p, size_t n, long status)
{
	size_t all = n, left = m->max - m->got;

	if (status == 200 && m->skip > 0) {
		size_t before = n < m->skip ? n : (size_t)m->skip;

		m->skip -= before;
		p += before;
		n -= before;
	}
	n = n < left ? n : left;
	kc_buf_put(m->out, p, n);
	m->got += n;
	return m->got < m->max && kc_buf_err(m->out) == KC_OK ? all : 0;
}

static size_t
take(char *p, size_t size, size_t n, void *ctx)
{
	struct kc_mirror *m = ctx;
	long status = 0;

	m->easy_getinfo(m->curl, CURLINFO_RESPONSE_CODE, &status);
	if (m->piece && (status == 200 || status == 206))
		return take_piece(m, p, size * n, status);
	if (size * n > (status == 200 ? m->max : OTHER_MAX) - m->got) {
		m->too_big = status == 200;
		return 0;
	}
	m->got += size * n;
	if (status != 200)
		return size * n;
	kc_buf_put(m->out, p, size * n);
	return kc_buf_err(m->out) == KC_OK ? size * n : 0;
}

static enum kc_err
set_options(struct kc_mirror *m, const char *where, long timeout_s)
{
	size_t n;
	CURLcode rc = CURLE_OK;

	if (is_url(where) && strpbrk(where, "?# ") != NULL)
		return KC_EINVAL;
	n = (size_t)snprintf(m->base, sizeof(m->base), "%s",
	    is_url(where) ? where : "http://localhost");
	if (n >= sizeof(m->base))
		return KC_EINVAL;
	while (n > 0 && m->base[n - 1] == '/')
		m->base[--n] = '\0';
	if (!is_url(where))
		rc = m->easy_setopt(m->curl, CURLOPT_UNIX_SOCKET_PATH, where);
	if (rc == CURLE_OK)
		rc = m->easy_setopt(
		    m->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	if (rc != CURLE_OK)
		return KC_EINVAL;
	m->easy_setopt(m->curl, CURLOPT_NOSIGNAL, 1L);
	m->easy_setopt(m->curl, CURLOPT_NOPROXY, "*");
	m->easy_setopt(m->curl, CURLOPT_FOLLOWLOCATION, 0L);
	m->easy_setopt(m->curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	m->easy_setopt(m->curl, CURLOPT_LOW_SPEED_LIMIT, SLOW);
	m->easy_setopt(m->curl, CURLOPT_LOW_SPEED_TIME, timeout_s);
	m->easy_setopt(m->curl, CURLOPT_TIMEOUT, timeout_s * PATIENCE);
	m->easy_setopt(m->curl, CURLOPT_WRITEFUNCTION, take);
	m->easy_setopt(m->curl, CURLOPT_WRITEDATA, m);
	m->easy_setopt(m->curl, CURLOPT_ERRORBUFFER, m->error);
	m->easy_setopt(m->curl, CURLOPT_USERAGENT, "kaocheng/" KC_VERSION);
	return KC_OK;
}

enum kc_err
kc_mirror_open(struct kc_mirror **out, const char *where, unsigned timeout_s)
{
	struct kc_mirror *m = kc_alloc(sizeof(*m));
	enum kc_err err = KC_OK;

	*out = NULL;
	if (m == NULL)
		return KC_ENOMEM;
	if (!load(m)) {
		errno = 0; /* it says nothing of a library */
		err = KC_EUNAVAILABLE;
	}
	if (err == KC_OK && (m->curl = m->easy_init()) == NULL)
		err = KC_ENOMEM;
	if (err == KC_OK)
		err = set_options(m, where, (long)timeout_s);
	if (err == KC_OK)
		*out = m;
	else
		kc_mirror_close(m);
	return err;
}

void
kc_mirror_close(struct kc_mirror *m)
{
	if (m == NULL)
		return;
	if (m->curl != NULL)
		m->easy_cleanup(m->curl);
	/* The library stays: its own threads may not have ended. */
	kc_free(m);
}

/* --- reading --- */
static enum kc_err
put_fault(struct kc_mirror *m, const char *path, const char *what, long status)
{
	if (status == 0)
		snprintf(m->fault, sizeof(m->fault), "%s/%s: %s", m->base, path,
		    what);
	else
		snprintf(m->fault, sizeof(m->fault), "%s/%s: HTTP %ld%s%s",
		    m->base, path, status, *what != '\0' ? ", " : "", what);
	return KC_EIO;
}

static enum kc_err
err_of_status(struct kc_mirror *m, const char *path, long status)
{
	if (status == 200 || (status == 206 && m->piece))
		return KC_OK;
	if (status == 404 || status == 410)
		return KC_ENOTFOUND;
	if (status >= 300 && status < 400)
		return put_fault(
		    m, path, _("a redirect, which is not followed"), status);
	if (status == 401 || status == 403)
		return put_fault(m, path,
		    _("entries are for those who may read them: ask by the "
		      "socket, or in a session (--token)"),
		    status);
	return put_fault(m, path, "", status);
}

/* One try; *wait is how many seconds until the next one, 0: there is none. */
static enum kc_err
try_file(
    struct kc_mirror *m, const char *path, struct kc_buf *out, curl_off_t *wait)
{
	char url[URL_SIZE];
	long status = 0;
	CURLcode rc;

	*wait = 0;
	if (snprintf(url, sizeof(url), "%s/%s", m->base, path) >=
	    (int)sizeof(url))
		return KC_EIO;
	m->too_big = false;
	m->got = 0;
	m->out = out;
	m->error[0] = '\0';
	if (m->easy_setopt(m->curl, CURLOPT_URL, url) != CURLE_OK)
		return KC_ENOMEM;
	rc = m->easy_perform(m->curl);
	if (m->too_big)
		return KC_ETOOBIG;
	if (kc_buf_err(out) != KC_OK || rc == CURLE_OUT_OF_MEMORY)
		return KC_ENOMEM;
	m->easy_getinfo(m->curl, CURLINFO_RESPONSE_CODE, &status);
	if (m->piece && rc == CURLE_WRITE_ERROR && m->got == m->max)
		return KC_OK;
	/* A range that begins where the file ends. */
	if (m->piece && status == 416)
		return KC_OK;
	if (rc != CURLE_OK && (rc != CURLE_WRITE_ERROR || status == 200))
		return put_fault(m, path,
		    m->error[0] != '\0' ? m->error : m->easy_strerror(rc), 0);
	if (status == 429 || status == 503)
		m->easy_getinfo(m->curl, CURLINFO_RETRY_AFTER, wait);
	return err_of_status(m, path, status);
}

/* Again and again, as long as the server puts it off. */
static enum kc_err
get(struct kc_mirror *m, const char *path, size_t max, struct kc_buf *out)
{
	struct timespec pause = {0};
	curl_off_t wait = 0;
	enum kc_err err = KC_EIO;

	m->max = max;
	for (unsigned i = 0; i < ASKS_MAX; i++) {
		err = try_file(m, path, out, &wait);
		if (wait <= 0 || wait > PUT_OFF_MAX)
			break;
		pause.tv_sec = (time_t)wait;
		nanosleep(&pause, NULL);
	}
	return err;
}

static enum kc_err
read_file(void *ctx, const char *path, size_t max, struct kc_buf *out)
{
	return get(ctx, path, max, out);
}

/* --- evidence --- */
/* What a server does not give to this reader is not there for him. */
static bool
is_withheld(struct kc_mirror *m)
{
	long status = 0;

	m->easy_getinfo(m->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 401 && status != 403)
		return false;
	m->fault[0] = '\0';
	return true;
}

static enum kc_err
get_piece(struct kc_mirror *m, const struct kc_piece *p, const char *path,
    uint64_t skip, struct kc_buf *out)
{
	enum kc_err err;

	m->piece = true;
	m->skip = skip;
	err = get(m, path, p->max, out);
	m->piece = false;
	return err == KC_EIO && is_withheld(m) ? KC_ENOTFOUND : err;
}

static enum kc_err
from_daemon(struct kc_mirror *m, const struct kc_piece *p, struct kc_buf *out)
{
	char path[192];

	(void)snprintf(path, sizeof(path), "v1/blobs/%s?entry=%llu&at=%llu",
	    strchr(p->path, '/') + 1, (unsigned long long)p->entry,
	    (unsigned long long)p->at);
	return get_piece(m, p, path, 0, out);
}

static enum kc_err
from_web(struct kc_mirror *m, const struct kc_piece *p, struct kc_buf *out)
{
	char range[64];
	enum kc_err err;

	(void)snprintf(range, sizeof(range), "%llu-%llu",
	    (unsigned long long)p->at,
	    (unsigned long long)(p->at + p->max - 1));
	m->easy_setopt(m->curl, CURLOPT_RANGE, range);
	err = get_piece(m, p, p->path, p->at, out);
	m->easy_setopt(m->curl, CURLOPT_RANGE, (char *)NULL);
	return err;
}

/* A whole piece may not be the last one. */
static enum kc_err
read_piece(
    void *ctx, const struct kc_piece *p, struct kc_buf *out, uint64_t *size)
{
	struct kc_mirror *m = ctx;
	size_t before = out->n;
	enum kc_err err = m->daemon ? KC_ENOTFOUND : from_web(m, p, out);

	if (err == KC_ENOTFOUND && p->entry != KC_NO_ENTRY) {
		err = from_daemon(m, p, out);
		m->daemon = m->daemon || err == KC_OK;
	}
	*size = p->at + (out->n - before);
	if (err == KC_OK && out->n - before == p->max)
		*size += 1;
	return err;
}

struct kc_files
kc_mirror_files(struct kc_mirror *m)
{
	return (struct kc_files){
	    .read = read_file, .piece = read_piece, .ctx = m};
}

enum kc_err
kc_mirror_token(struct kc_mirror *m, struct kc_slice token)
{
	char text[129];

	if (token.n == 0 || !kc_slice_copy(text, sizeof(text), token) ||
	    strspn(text, "0123456789abcdef") != token.n)
		return KC_EINVAL;
	if (m->easy_setopt(m->curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER) !=
		CURLE_OK ||
	    m->easy_setopt(m->curl, CURLOPT_XOAUTH2_BEARER, text) != CURLE_OK)
		return KC_ENOMEM;
	return KC_OK;
}

const char *
kc_mirror_fault(const struct kc_mirror *m)
{
	return m->fault;
}
