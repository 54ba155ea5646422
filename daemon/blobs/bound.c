/* SPDX-License-Identifier: Apache-2.0 */
/* How much of evidence on its way one actor has left lying. */
#include <kaocheng/blob.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* ".<hex>.<actor>", and not the one of this hash. */
static bool
is_another(const char *name, struct kc_slice by, const struct kc_hash *hash)
{
	struct kc_slice s = kc_slice_str(name);
	struct kc_hash h;

	if (s.n != 2 + 2 * KC_HASH_SIZE + by.n || s.p[0] != '.' ||
	    s.p[1 + 2 * KC_HASH_SIZE] != '.' ||
	    memcmp(s.p + s.n - by.n, by.p, by.n) != 0)
		return false;
	s.p++;
	s.n = 2 * KC_HASH_SIZE;
	return kc_blob_name_read(s, &h) && !kc_hash_eq(&h, hash);
}

enum kc_err
kc_blob_unfinished(const char *dir, struct kc_slice by,
    const struct kc_hash *but, struct kc_blob_unfinished *out)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	struct stat st;

	*out = (struct kc_blob_unfinished){0};
	if (d == NULL)
		return errno == ENOENT ? KC_OK : KC_EIO;
	/* One that is gone meanwhile is whole, or swept. */
	while ((e = readdir(d)) != NULL)
		if (is_another(e->d_name, by, but) &&
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			0) {
			out->n++;
			out->bytes += (uint64_t)st.st_size;
		}
	(void)closedir(d);
	return KC_OK;
}
