/* SPDX-License-Identifier: Apache-2.0 */
/* The file of what is remembered: reads and writes it. */
#include "login.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/json.h>
#include <kaocheng/yaml.h>

#include "tool.h"

#define FILE_MAX 16384

static const struct {
	const char *name;
	size_t place, size;
} members[] = {
    {"actor", offsetof(struct kc_login, actor), KC_PATH_SIZE},
    {"where", offsetof(struct kc_login, where), KC_PATH_SIZE},
    {"keys", offsetof(struct kc_login, keys), KC_PATH_SIZE},
    {"trust", offsetof(struct kc_login, trust), KC_PATH_SIZE},
    {"lang", offsetof(struct kc_login, lang), 8},
};
#define NMEMBERS (sizeof(members) / sizeof(members[0]))

static enum kc_err
read_members(struct kc_yaml *yaml, struct kc_login *out)
{
	const struct kc_yaml_node *root = kc_yaml_root(yaml), *node;
	struct kc_slice names[NMEMBERS];
	enum kc_err err;

	for (size_t i = 0; i < NMEMBERS; i++)
		names[i] = kc_slice_str(members[i].name);
	err = kc_yaml_keys(yaml, root, names, NMEMBERS);
	for (size_t i = 0; err == KC_OK && i < NMEMBERS; i++) {
		node = kc_yaml_get(root, members[i].name);
		if (node == NULL && i > 1)
			continue; /* actor and where are always there */
		err = kc_yaml_need(
		    yaml, root, members[i].name, KC_YAML_SCALAR, &node);
		if (err == KC_OK &&
		    !kc_slice_copy((char *)out + members[i].place,
			members[i].size, node->text))
			err = KC_ETOOBIG;
	}
	return err;
}

enum kc_err
kc_login_load(const struct kc_cli *cli, struct kc_login *out)
{
	char path[KC_PATH_SIZE];
	struct kc_buf text = {0};
	struct kc_yaml *yaml = NULL;
	struct kc_refusal why = {0};
	enum kc_err err = kc_config_path(path, "login.yaml");

	memset(out, 0, sizeof(*out));
	if (err == KC_OK)
		err = kc_file_load(path, FILE_MAX, &text);
	if (err == KC_OK)
		err = kc_yaml_parse(&yaml, kc_buf_view(&text), path, &why);
	if (err == KC_OK)
		err = read_members(yaml, out);
	if (cli != NULL && err == KC_EREFUSED)
		(void)kc_cli_refusal(cli, &why);
	else if (cli != NULL && err != KC_OK)
		(void)kc_cli_error(cli, err, path);
	kc_yaml_free(yaml);
	kc_buf_free(&text);
	return err;
}

enum kc_err
kc_login_save(const struct kc_login *login)
{
	char path[KC_PATH_SIZE];
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};
	enum kc_err err = kc_config_path(path, "login.yaml");

	kc_buf_str(
	    &out, "# made by kaocheng login; kaocheng logout removes it\n");
	for (size_t i = 0; i < NMEMBERS; i++) {
		const char *value = (const char *)login + members[i].place;

		if (value[0] == '\0')
			continue;
		kc_buf_str(&out, members[i].name);
		kc_buf_str(&out, ": ");
		w = (struct kc_json){.out = &out};
		kc_json_str(&w, value);
		kc_buf_char(&out, '\n');
	}
	if (err == KC_OK)
		err = kc_buf_err(&out);
	if (err == KC_OK) {
		*strrchr(path, '/') = '\0';
		err = kc_dir_make(path, 0700);
	}
	if (err == KC_OK)
		err = kc_config_path(path, "login.yaml");
	if (err == KC_OK)
		err = kc_file_save(path, kc_buf_view(&out), 0600);
	kc_buf_free(&out);
	return err;
}

static bool
is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && value[0] != '\0';
}

const struct kc_login *
kc_login_used(const struct kc_cli *cli)
{
	return cli->where == NULL && cli->dir == NULL &&
		!is_set("KAOCHENG_SOCKET") && !is_set("KAOCHENG_DIR")
	    ? cli->login
	    : NULL;
}
