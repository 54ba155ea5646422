/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What units of the demonstration claim for the four situations of bonuses,
 * and how each claim ends. One matter is claimed twice: it counts once. The
 * documents are invented, and their numbers say so (示).
 */
#include "demo_steps.h"

#include <stdio.h>
#include <string.h>

enum end {
	GRANTED,
	LOWERED,   /* granted with a lower grade */
	COMPLETED, /* returned, completed, granted */
	REFUSED,   /* before it is verified */
	OBJECTED,  /* refused after the publicity */
	LAPSED,    /* returned, and not completed */
	WITHDRAWN
};
static struct claim {
	const char *unit, *situation, *grade, *merit, *document, *issuer;
	const char *indicator; /* NULL: none */
	int dated[2], made[2]; /* month, day */
	enum end end;
	const char *fact;
	char handle[16];
} claims[] = {
    {"G10", "B2", "main-leader", "G10-M1", "省委阅〔2022〕示41号", "省委书记",
	NULL, {6, 20}, {7, 5}, GRANTED, "稳就业做法获省主要领导批示肯定", ""},
    {"M08", "B2", "vice-leader", "M08-M1", "省府阅〔2022〕示77号", "副省长",
	NULL, {7, 12}, {8, 2}, OBJECTED, "侨务工作信息获批示", ""},
    {"G05", "B3", "incentive", "G05-M1", "国督激〔2022〕示1号", "国务院办公厅",
	NULL, {6, 10}, {9, 6}, GRANTED, "工业稳增长和转型升级获督查激励", ""},
    {"V03", "B1", "provincial", "V03-M1", "省口表〔2022〕示6号", "省口岸办",
	NULL, {8, 30}, {9, 20}, REFUSED, "通关便利化单项表彰", ""},
    {"G06", "B1", "national", "G06-M1", "公政〔2022〕示2号",
	"人力资源社会保障部、公安部", NULL, {9, 28}, {10, 12}, GRANTED,
	"全国优秀公安局", ""},
    {"G18", "B2", "main-leader", "G18-M1", "省府阅〔2022〕示96号", "副省长",
	NULL, {10, 9}, {10, 25}, LOWERED, "高标准农田建设获省领导批示肯定", ""},
    {"G21", "B1", "provincial", "G21-M1", "省政发〔2022〕示58号", "省人民政府",
	NULL, {10, 20}, {11, 8}, GRANTED, "医药卫生体制改革先进集体", ""},
    {"G21", "B2", "main-leader", "G21-M1", "省府阅〔2022〕示103号", "省长",
	NULL, {11, 2}, {11, 15}, GRANTED, "医药卫生体制改革获批示肯定", ""},
    {"G25", "B1", "provincial", "G25-M1", "省人社发〔2022〕示90号",
	"省人力资源和社会保障厅、省市场监管局", NULL, {11, 10}, {11, 22},
	COMPLETED, "全省市场监管系统先进集体", ""},
    {"P12", "B2", "vice-leader", "P12-M1", "省委阅〔2022〕示88号", "省委副书记",
	NULL, {11, 16}, {12, 1}, WITHDRAWN, "巡察整改做法获批示", ""},
    {"M11", "B1", "provincial", "M11-M1", "贸促表〔2022〕示12号", "省贸促会",
	NULL, {11, 18}, {12, 6}, LAPSED, "贸易促进先进单位", ""},
    {"G02", "B4", "advance", "G02-M1", "省统通〔2022〕示10号", "省统计局",
	"G02-I01", {10, 14}, {12, 13}, GRANTED,
	"固定资产投资增速较上年度进位三名", ""},
    {"G24", "B4", "first", "G24-M1", "省统通〔2022〕示10号", "省统计局",
	"G24-I01", {10, 14}, {12, 14}, GRANTED, "指标位次居全省第一", ""},
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
begin(struct demo *d, enum kc_kind_id kind, unsigned i, const char *actor)
{
	char head[32];

	demo_begin(d, kind);
	demo_head_of(demo_unit_index(claims[i].unit), head);
	demo_by(d, actor == NULL ? head : actor);
	demo_set(d, 0, claims[i].handle); /* `bonus` is always first */
}

static void
make(struct demo *d, unsigned i)
{
	struct claim *c = &claims[i];
	char head[32];

	demo_head_of(demo_unit_index(c->unit), head);
	demo_begin(d, KC_K_bonus_claim);
	demo_by(d, head);
	demo_set(d, F(bonus_claim, unit), c->unit);
	demo_number(d, F(bonus_claim, year), DEMO_YEAR);
	demo_set(d, F(bonus_claim, situation), c->situation);
	demo_set(d, F(bonus_claim, merit), c->merit);
	demo_set(d, F(bonus_claim, grade), c->grade);
	demo_set(d, F(bonus_claim, document), c->document);
	demo_set(d, F(bonus_claim, issuer), c->issuer);
	demo_date(d, F(bonus_claim, dated),
	    kc_day_from_civil(DEMO_YEAR, c->dated[0], c->dated[1]));
	if (c->indicator != NULL)
		demo_set(d, F(bonus_claim, indicator), c->indicator);
	demo_evidence(d, F(bonus_claim, evidence), c->document);
	demo_set(d, F(bonus_claim, fact), c->fact);
	demo_post(d, c->handle);
}

static void
send_back(struct demo *d, unsigned i)
{
	begin(d, KC_K_bonus_return, i, "P09.estab");
	demo_set(d, F(bonus_return, reason), "表彰文件缺附件名单，请补正");
	demo_post(d, NULL);
}

static void
complete(struct demo *d, unsigned i)
{
	begin(d, KC_K_bonus_complete, i, NULL);
	demo_evidence(d, F(bonus_complete, evidence), claims[i].fact);
	demo_set(d, F(bonus_complete, fact), "已补附件名单");
	demo_post(d, NULL);
}

static void
verify(struct demo *d, unsigned i)
{
	begin(d, KC_K_bonus_verify, i, "P09.estab");
	demo_post(d, NULL);
}

static void
publicise(struct demo *d, unsigned i)
{
	begin(d, KC_K_bonus_publicise, i, "P09.estab");
	demo_post(d, NULL);
}

/* By another person of the office than verified. */
static void
grant(struct demo *d, unsigned i)
{
	begin(d, KC_K_bonus_grant, i, "P09.confirm");
	if (claims[i].end == LOWERED) {
		demo_set(d, F(bonus_grant, grade), "vice-leader");
		demo_set(d, F(bonus_grant, reason), "批示领导为副职");
	}
	demo_post(d, NULL);
}

static void
refuse(struct demo *d, unsigned i)
{
	begin(d, KC_K_bonus_refuse, i, "P09.confirm");
	demo_set(d, F(bonus_refuse, reason),
	    claims[i].end == REFUSED ? "单项表彰，不属综合性表彰"
				     : "公示期内核实，该批示未作肯定性评价");
	demo_post(d, NULL);
}

static void
take_back(struct demo *d, unsigned i)
{
	begin(d, KC_K_bonus_withdraw, i, NULL);
	demo_set(d, F(bonus_withdraw, reason), "该批示对象为全省，本单位撤回");
	demo_post(d, NULL);
}

static void
plan(unsigned i, kc_day day)
{
	enum end end = claims[i].end;

	demo_at(day, 10, 0, make, i);
	if (end == REFUSED || end == WITHDRAWN) {
		demo_at(day + 2, 15, 0, end == REFUSED ? refuse : take_back, i);
		return;
	}
	if (end == COMPLETED || end == LAPSED) {
		demo_at(day + 1, 15, 0, send_back, i);
		if (end == LAPSED)
			return;
		demo_at(day + 3, 10, 0, complete, i);
		day += 5;
	}
	demo_at(day + 1, 15, 0, verify, i);
	demo_at(day + 2, 9, 0, publicise, i);
	demo_at(day + 9, 10, 0, end == OBJECTED ? refuse : grant, i);
}

void
demo_plan_bonus(void)
{
	for (unsigned i = 0; i < COUNT(claims); i++)
		plan(i,
		    kc_day_from_civil(
			DEMO_YEAR, claims[i].made[0], claims[i].made[1]));
}
