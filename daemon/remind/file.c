/* SPDX-License-Identifier: Apache-2.0 */
/* Files: DIR/<id>.eml, whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "remind/mime.h"
#include "remind/sender.h"

static enum kc_err
prepare(struct kc_sender *s, const char **what)
{
	*what = s->config.file.dir;
	return mkdir(*what, 0700) == 0 || errno == EEXIST ? KC_OK : KC_EIO;
}

static bool
write_all(int fd, struct kc_slice s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		s.p += n;
		s.n -= (size_t)n;
	}
	return fsync(fd) == 0;
}

static bool
flush_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		(void)close(fd);
	return ok;
}

/* The same name at every try: what was written before the answer was lost
 * stands there once. */
static bool
put(const char *dir, struct kc_slice id, struct kc_slice message)
{
	char temp[KC_REMIND_PATH_MAX + 64], last[KC_REMIND_PATH_MAX + 64];
	bool ok;
	int fd;

	(void)snprintf(
	    temp, sizeof(temp), "%s/.%.*s.new", dir, (int)id.n, id.p);
	(void)snprintf(last, sizeof(last), "%s/%.*s.eml", dir, (int)id.n, id.p);
	fd = open(
	    temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	ok = write_all(fd, message);
	ok = close(fd) == 0 && ok;
	return ok && rename(temp, last) == 0 && flush_dir(dir);
}

static void
send_file(
    const struct kc_sender *s, const struct kc_job *job, struct kc_answer *a)
{
	struct kc_buf message = {0};

	/* To whom, in a line that no mail program takes for an address. */
	kc_buf_str(&message, "X-Kaocheng-Actor: ");
	kc_buf_slice(&message, job->to);
	kc_buf_str(&message, "\r\n");
	kc_mime_message(&message, job, "kaocheng@localhost", KC_LIT(""));
	if (kc_buf_err(&message) != KC_OK)
		kc_verdict_word(
		    a, KC_DELIVERY_DEFERRED, "memory", "out of memory");
	else if (put(s->config.file.dir, job->id, kc_buf_view(&message)))
		kc_verdict_word(a, KC_DELIVERY_SENT, "file", "it is written");
	else
		kc_verdict_word(a, KC_DELIVERY_DEFERRED,
		    errno == ENOSPC || errno == EDQUOT ? "full" : "write",
		    "it cannot be written");
	kc_buf_free(&message);
}

const struct kc_driver kc_driver_file = {prepare, send_file};
