/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that this project does not make, as compile errors. Force-included
 * by the Makefile. The standard headers that declare them come first, so
 * that the poison meets only our own code.
 */
#ifndef KAOCHENG_BANNED_H
#define KAOCHENG_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison gets strcpy strcat sprintf vsprintf strncpy strncat strtok
#pragma GCC poison atoi atol atoll mktemp tmpnam mktime localtime
#pragma GCC poison localtime_r system

#endif
