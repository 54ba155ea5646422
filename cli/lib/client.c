/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's API as functions: libcurl over a Unix socket or TCP. */
#include "client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#define REPLY_MAX (256u << 20) /* bytes; a bound on a hostile server */

struct kc_client {
	CURL *curl;
	char *base; /* "http://localhost" or the URL, without a last '/' */
	enum kc_lang lang;
	char authorization[512]; /* header line, or "" */
	char error[CURL_ERROR_SIZE];
};

static size_t
take(char *p, size_t size, size_t n, void *ctx)
{
	struct kc_buf *body = ctx;

	if (size * n > REPLY_MAX - body->n)
		return 0;
	kc_buf_put(body, p, size * n);
	return kc_buf_err(body) == KC_OK ? size * n : 0;
}

static bool
is_url(const char *where)
{
	return strncmp(where, "http://", 7) == 0 ||
	    strncmp(where, "https://", 8) == 0;
}

static enum kc_err
set_options(struct kc_client *c, const char *where)
{
	CURLcode rc = CURLE_OK;
	bool url = is_url(where);
	size_t n;

	c->base = strdup(url ? where : "http://localhost");
	if (c->base == NULL)
		return KC_ENOMEM;
	n = strlen(c->base);
	if (n > 0 && c->base[n - 1] == '/')
		c->base[n - 1] = '\0';
	if (!url)
		rc = curl_easy_setopt(c->curl, CURLOPT_UNIX_SOCKET_PATH, where);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(
		    c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	if (rc != CURLE_OK)
		return KC_EINVAL;
	curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, 120000L);
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->error);
	curl_easy_setopt(c->curl, CURLOPT_USERAGENT, "kaocheng/" KC_VERSION);
	return KC_OK;
}

enum kc_err
kc_client_open(struct kc_client **out, const char *where)
{
	struct kc_client *c;
	enum kc_err err;

	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return KC_ENOMEM;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return KC_ENOMEM;
	c->curl = curl_easy_init();
	err = c->curl != NULL ? set_options(c, where) : KC_ENOMEM;
	if (err != KC_OK) {
		kc_client_close(c);
		return err;
	}
	*out = c;
	return KC_OK;
}

void
kc_client_close(struct kc_client *c)
{
	if (c == NULL)
		return;
	curl_easy_cleanup(c->curl);
	free(c->base);
	free(c);
}

void
kc_client_lang(struct kc_client *c, enum kc_lang lang)
{
	c->lang = lang;
}

void
kc_client_token(struct kc_client *c, struct kc_slice token)
{
	snprintf(c->authorization, sizeof(c->authorization),
	    "Authorization: Bearer %.*s", (int)token.n, token.p);
}

/* What a failure of the transfer says about the request. */
static enum kc_err
client_err(CURLcode rc)
{
	if (rc == CURLE_OK)
		return KC_OK;
	if (rc == CURLE_OUT_OF_MEMORY)
		return KC_ENOMEM;
	if (rc == CURLE_COULDNT_CONNECT || rc == CURLE_COULDNT_RESOLVE_HOST ||
	    rc == CURLE_URL_MALFORMAT || rc == CURLE_UNSUPPORTED_PROTOCOL)
		return KC_EUNAVAILABLE;
	return KC_EUNKNOWN;
}

static enum kc_err
perform(struct kc_client *c, const char *path, const char *content_type,
    long *status, struct kc_buf *body)
{
	struct curl_slist *headers = NULL;
	char type[160];
	struct kc_buf url = {0};
	long error = 0;
	CURLcode rc;

	kc_buf_reset(body);
	*status = 0;
	kc_buf_str(&url, c->base);
	kc_buf_str(&url, path);
	headers = curl_slist_append(headers,
	    c->lang == KC_LANG_ZH ? "Accept-Language: zh"
				  : "Accept-Language: en");
	headers = curl_slist_append(headers, "Expect:");
	if (content_type != NULL) {
		snprintf(type, sizeof(type), "Content-Type: %s", content_type);
		headers = curl_slist_append(headers, type);
	}
	if (c->authorization[0] != '\0')
		headers = curl_slist_append(headers, c->authorization);
	curl_easy_setopt(c->curl, CURLOPT_URL, kc_buf_cstr(&url));
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, body);
	rc = kc_buf_err(&url) == KC_OK ? curl_easy_perform(c->curl)
				       : CURLE_OUT_OF_MEMORY;
	if (rc == CURLE_OK)
		curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, status);
	else
		curl_easy_getinfo(c->curl, CURLINFO_OS_ERRNO, &error);
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	kc_buf_free(&url);
	errno = (int)error;
	return client_err(rc);
}

enum kc_err
kc_client_get(struct kc_client *c, const char *path_and_query, long *status,
    struct kc_buf *body)
{
	enum kc_err err;

	curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	err = perform(c, path_and_query, NULL, status, body);
	/* What broke off while it was read changed nothing. */
	return err == KC_EUNKNOWN ? KC_EUNAVAILABLE : err;
}

enum kc_err
kc_client_post(struct kc_client *c, const char *path, const char *content_type,
    struct kc_slice data, long *status, struct kc_buf *body)
{
	curl_easy_setopt(c->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, data.p);
	curl_easy_setopt(
	    c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)data.n);
	return perform(c, path, content_type, status, body);
}

enum kc_err
kc_client_delete(
    struct kc_client *c, const char *path, long *status, struct kc_buf *body)
{
	enum kc_err err;

	curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, "DELETE");
	err = perform(c, path, NULL, status, body);
	curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, NULL);
	return err;
}

void
kc_buf_query(struct kc_buf *b, struct kc_slice value)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < value.n; i++) {
		unsigned char ch = (unsigned char)value.p[i];
		bool plain = (ch >= 'a' && ch <= 'z') ||
		    (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
		    ch == '-' || ch == '.' || ch == '_' || ch == '~';

		if (plain) {
			kc_buf_char(b, (char)ch);
		} else {
			kc_buf_char(b, '%');
			kc_buf_char(b, hex[ch >> 4]);
			kc_buf_char(b, hex[ch & 15]);
		}
	}
}

void
kc_buf_param(struct kc_buf *b, const char *name, struct kc_slice value)
{
	kc_buf_char(b, '&');
	kc_buf_str(b, name);
	kc_buf_char(b, '=');
	kc_buf_query(b, value);
}
