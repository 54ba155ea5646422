/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of a strict YAML configuration: a table says what each is called, how
 * it is read and where it goes.
 */
#ifndef KC_SYS_KEYS_H
#define KC_SYS_KEYS_H

#include <sys/types.h>

#include <kaocheng/yaml.h>

#define KC_CONFIG_PATH_MAX 1024 /* bytes, with the NUL */

/* What a reader of one key works on. */
struct kc_keys {
	void *out; /* the configuration */
	struct kc_yaml *yaml;
	char dir[KC_CONFIG_PATH_MAX]; /* of the file, for relative paths */
};

struct kc_key {
	const char *name;
	enum kc_err (*read)(struct kc_keys *r, const struct kc_yaml_node *node,
	    const struct kc_key *key);
	size_t offset;    /* in the configuration */
	int64_t min, max; /* of a number; of a path, max is its size */
};

/* The directory of the configuration's file. KC_EINVAL: too long. */
enum kc_err kc_keys_dir(struct kc_keys *r, const char *file);
/* Reads a map that has no other keys than these (16 at most); each may be
 * left out. */
enum kc_err kc_keys_read(struct kc_keys *r, const struct kc_yaml_node *map,
    const struct kc_key *keys, size_t n);
/* dir/name into out[size]; name alone if it is absolute or dir is "", dir
 * alone if name is ".". KC_EINVAL if it does not fit. */
enum kc_err
kc_config_join(char *out, size_t size, const char *dir, const char *name);

/* Logs why a configuration is not taken: `why` of KC_EREFUSED, or the error. */
void
kc_keys_say(const char *file, enum kc_err err, const struct kc_refusal *why);

/* --- readers of a key --- */
/* char[max]: relative to the file. */
enum kc_err kc_key_path(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key);
/* unsigned */
enum kc_err kc_key_unsigned(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key);
/* bool */
enum kc_err kc_key_yesno(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key);
/* int: enum kc_log_level */
enum kc_err kc_key_level(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key);
/* mode_t, of a socket */
enum kc_err kc_key_mode(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key);

#endif
