/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Persons of the demonstration. Names are put together from a family name and
 * two given ones by the actor's id, the same in every run; salts come from the
 * id too, and are no secret, as nothing of the demonstration is.
 */
#include "demo.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/people.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const family[] = {"李", "王", "张", "刘", "陈", "杨", "赵",
    "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "林", "郭", "何", "高",
    "罗", "郑", "梁", "谢", "宋", "唐", "许", "邓", "韩", "冯", "曹"};
static const char *const given[] = {"明", "芳", "伟", "静", "敏", "磊", "洋",
    "艳", "勇", "娟", "涛", "霞", "超", "燕", "平", "辉", "玲", "峰", "琳",
    "波", "岚", "宁", "清", "远", "安", "宏", "雪", "松"};

static void
set(struct demo *d, struct kc_person *p, enum kc_person_field f,
    const char *value)
{
	struct kc_refusal why = {0};

	if (kc_person_set(p, f, kc_slice_str(value), &why) != KC_OK)
		demo_fail(d, p->actor, kc_refusal_code_text(why.code));
}

/* Who stands in for whom. */
static void
set_deputy(struct demo *d, struct kc_person *p)
{
	static const char *const pairs[][2] = {{"P09.estab", "P09.confirm"},
	    {"P09.confirm", "P09.estab"}, {"P02.office", "P02.assessor"},
	    {"G01.office", "G01.assessor"}, {"P07.head", "P07.assessor"},
	    {"P11.head", "P11.assessor"}, {"G02.head", "G02.assessor"}};

	for (size_t i = 0; i < COUNT(pairs); i++)
		if (strcmp(pairs[i][0], p->actor) == 0)
			set(d, p, KC_PERSON_DEPUTY, pairs[i][1]);
}

void
demo_person(
    struct demo *d, const char *actor, int role, struct kc_hash *commitment)
{
	struct kc_hash h = kc_sha256(actor, strlen(actor));
	struct kc_person p;
	struct kc_buf detail = {0};
	size_t n;
	const struct kc_word *roles = kc_set_words(KC_SET_ROLE, &n);
	char text[512];
	enum kc_err err;

	memset(&p, 0, sizeof(p));
	p.lang = KC_LANG_ZH;
	memcpy(p.salt, h.b, sizeof(p.salt));
	set(d, &p, KC_PERSON_ACTOR, actor);
	(void)snprintf(text, sizeof(text), "%s%s%s",
	    family[h.b[0] % COUNT(family)], given[h.b[1] % COUNT(given)],
	    given[h.b[2] % COUNT(given)]);
	set(d, &p, KC_PERSON_NAME, text);
	set(d, &p, KC_PERSON_POST, roles[role].zh);
	(void)snprintf(text, sizeof(text), "0513 5555 %04u",
	    (unsigned)(h.b[3] << 8 | h.b[4]) % 10000);
	set(d, &p, KC_PERSON_PHONE, text);
	(void)snprintf(text, sizeof(text), "%s@example.org", actor);
	set(d, &p, KC_PERSON_MAIL, text);
	set_deputy(d, &p);
	err = kc_person_commitment(&p, KC_LIT(DEMO_ORIGIN), commitment);
	(void)snprintf(text, sizeof(text), "%s/people", d->dir);
	if (err == KC_OK && d->sink == NULL && !d->failed)
		err = kc_people_put(text, &p, &detail);
	if (err != KC_OK)
		demo_fail(d, text,
		    detail.n > 0 ? kc_buf_cstr(&detail) : kc_err_text(err));
	kc_buf_free(&detail);
}
