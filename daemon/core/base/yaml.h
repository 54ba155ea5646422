/* SPDX-License-Identifier: Apache-2.0 */
/* The strict tree is a contract of its own: configuration is read by it. */
#ifndef KC_CORE_YAML_H
#define KC_CORE_YAML_H

#include <kaocheng/yaml.h>

#endif
