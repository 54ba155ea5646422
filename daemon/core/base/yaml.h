/* SPDX-License-Identifier: Apache-2.0 */
/* The strict tree is a contract of its own: configuration is read by it. */
#ifndef KC_CORE_YAML_H
#define KC_CORE_YAML_H

#include <kaocheng/yaml.h>

/* The value of a single-quoted scalar from what stands between its quotes, with
 * '' for a quote and lines folded; out has room for raw.n bytes. Returns how
 * many. Ours, since libfyaml 0.7.12 never frees a part of what it takes to
 * find it where quotes stand side by side. */
size_t kc_yaml_unquote(struct kc_slice raw, char *out);

#endif
