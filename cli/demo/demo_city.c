/* SPDX-License-Identifier: Apache-2.0 */
/* The fictional city: 88 units, their duties and their targets. */
#include "demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/hash.h>

#define PARTY KC_GROUP_PARTY
#define GOV KC_GROUP_GOV
#define MASS KC_GROUP_MASS
#define COURT KC_GROUP_JUDICIAL
#define ZONE KC_GROUP_ZONE
#define VERT KC_GROUP_VERTICAL
#define APART KC_GROUP_APART

const struct demo_unit demo_units[] = {
    {"P01", "市纪委监委机关", "Discipline Commission", PARTY},
    {"P02", "市委办公室", "Party General Office", APART},
    {"P03", "市委组织部", "Organisation Department", PARTY},
    {"P04", "市委宣传部", "Publicity Department", PARTY},
    {"P05", "市委统战部", "United Front Department", PARTY},
    {"P06", "市委政法委", "Political-Legal Commission", PARTY},
    {"P07", "市委研究室", "Research and Reform Office", PARTY},
    {"P08", "市委网信办", "Cyberspace Office", PARTY},
    {"P09", "市委编办", "Establishment Office", APART},
    {"P10", "市委台办", "Taiwan Affairs Office", PARTY},
    {"P11", "市级机关工委", "Organs Work Committee", PARTY},
    {"P12", "市委巡察办", "Inspection Office", PARTY},
    {"P13", "市委老干部局", "Veteran Cadres Bureau", PARTY},
    {"P14", "市信访局", "Petitions Bureau", PARTY},
    {"P15", "市委党校", "Party School", PARTY},
    {"P16", "市档案馆", "Archives", PARTY},
    {"P17", "市委党史办", "Party History Office", PARTY},
    {"P18", "市保密机要局", "Secrecy Bureau", PARTY},
    {"P19", "市人大机关", "Congress Office", APART},
    {"P20", "市政协机关", "CPPCC Office", APART},
    {"G01", "市政府办公室", "Government General Office", APART},
    {"G02", "市发展改革委", "Development and Reform Commission", GOV},
    {"G03", "市教育局", "Education Bureau", GOV},
    {"G04", "市科技局", "Science Bureau", GOV},
    {"G05", "市工信局", "Industry Bureau", GOV},
    {"G06", "市公安局", "Public Security Bureau", GOV},
    {"G07", "市民政局", "Civil Affairs Bureau", GOV},
    {"G08", "市司法局", "Justice Bureau", GOV},
    {"G09", "市财政局", "Finance Bureau", GOV},
    {"G10", "市人社局", "Human Resources Bureau", GOV},
    {"G11", "市自然资源和规划局", "Natural Resources Bureau", GOV},
    {"G12", "市生态环境局", "Ecology Bureau", GOV},
    {"G13", "市住房城乡建设局", "Housing Bureau", GOV},
    {"G14", "市市政和园林局", "Municipal Works Bureau", GOV},
    {"G15", "市城管局", "Urban Management Bureau", GOV},
    {"G16", "市交通运输局", "Transport Bureau", GOV},
    {"G17", "市水利局", "Water Bureau", GOV},
    {"G18", "市农业农村局", "Agriculture Bureau", GOV},
    {"G19", "市商务局", "Commerce Bureau", GOV},
    {"G20", "市文广旅局", "Culture and Tourism Bureau", GOV},
    {"G21", "市卫生健康委", "Health Commission", GOV},
    {"G22", "市退役军人局", "Veterans Bureau", GOV},
    {"G23", "市应急局", "Emergency Bureau", GOV},
    {"G24", "市审计局", "Audit Bureau", GOV},
    {"G25", "市市场监管局", "Market Regulation Bureau", GOV},
    {"G26", "市国资委", "State Assets Commission", GOV},
    {"G27", "市体育局", "Sports Bureau", GOV},
    {"G28", "市统计局", "Statistics Bureau", GOV},
    {"G29", "市医保局", "Medical Insurance Bureau", GOV},
    {"G30", "市地方金融监管局", "Finance Supervision Bureau", GOV},
    {"G31", "市行政审批局", "Approvals Bureau", GOV},
    {"G32", "市大数据局", "Data Bureau", GOV},
    {"G33", "市外办", "Foreign Affairs Office", GOV},
    {"G34", "市机关事务局", "Logistics Bureau", GOV},
    {"G35", "市人防办", "Civil Defence Office", GOV},
    {"G36", "市粮食和储备局", "Grain Bureau", GOV},
    {"G37", "市供销总社", "Supply Co-operative", GOV},
    {"G38", "市公积金中心", "Housing Fund Centre", GOV},
    {"M01", "市总工会", "Federation of Trade Unions", MASS},
    {"M02", "团市委", "Youth League Committee", MASS},
    {"M03", "市妇联", "Women's Federation", MASS},
    {"M04", "市工商联", "Federation of Industry and Commerce", MASS},
    {"M05", "市科协", "Association for Science", MASS},
    {"M06", "市文联", "Federation of Literary Circles", MASS},
    {"M07", "市社科联", "Federation of Social Sciences", MASS},
    {"M08", "市侨联", "Federation of Returned Overseas Chinese", MASS},
    {"M09", "市残联", "Disabled Persons' Federation", MASS},
    {"M10", "市红十字会", "Red Cross", MASS},
    {"M11", "市贸促会", "Council for Trade Promotion", MASS},
    {"M12", "市关工委", "Committee for the Next Generation", MASS},
    {"J01", "市中级法院", "Intermediate Court", COURT},
    {"J02", "市检察院", "Procuratorate", COURT},
    {"Z01", "市经开区", "Economic Development Zone", ZONE},
    {"Z02", "市高新区", "High-Tech Zone", ZONE},
    {"Z03", "市港口办", "Port Office", ZONE},
    {"Z04", "市投资促进中心", "Investment Promotion Centre", ZONE},
    {"Z05", "市公共资源交易中心", "Public Resources Exchange", ZONE},
    {"Z06", "市招商服务中心", "Investment Service Centre", ZONE},
    {"V01", "市税务局", "Tax Bureau", VERT},
    {"V02", "市气象局", "Meteorological Bureau", VERT},
    {"V03", "海关", "Customs", VERT},
    {"V04", "海事局", "Maritime Bureau", VERT},
    {"V05", "市邮政管理局", "Postal Administration", VERT},
    {"V06", "市烟草局", "Tobacco Bureau", VERT},
    {"V07", "国家统计局调查队", "Survey Team", VERT},
    {"V08", "市消防救援支队", "Fire Brigade", VERT},
    {"V09", "银保监分局", "Banking and Insurance Office", VERT},
    {"V10", "供电公司", "Power Company", VERT},
};
const size_t demo_nunits = sizeof(demo_units) / sizeof(demo_units[0]);
_Static_assert(
    sizeof(demo_units) / sizeof(demo_units[0]) == 88, "the city has 88 units");

size_t
demo_unit_index(const char *code)
{
	for (size_t i = 0; i < demo_nunits; i++)
		if (strcmp(demo_units[i].code, code) == 0)
			return i;
	abort();
}

uint32_t
demo_pick(const char *what, uint32_t i, uint32_t n)
{
	char text[96];
	int len = snprintf(text, sizeof(text), "%s %u", what, i);
	struct kc_hash h = kc_sha256(text, (size_t)len);

	return ((uint32_t)h.b[0] << 16 | (uint32_t)h.b[1] << 8 | h.b[2]) % n;
}

/* Titles that belong to one unit; the first two are the tasks that the
 * city's half-year sweep of 2022 found lagging (R81). */
struct named_target {
	const char *unit;
	unsigned number; /* of the key target */
	int source;
	const char *title;
};
static const struct named_target named_targets[] = {
    {"G29", 2, KC_SOURCE_LIVELIHOOD, "构建全市域15分钟医保服务圈"},
    {"G17", 2, KC_SOURCE_CITY_KEY, "实施区域治水工程"},
    {"G02", 1, KC_SOURCE_SUPERIOR, "固定资产投资增速及全省位次"},
    {"G02", 2, KC_SOURCE_CITY_KEY, "重大项目开工率达到95%"},
    {"G02", 4, KC_SOURCE_SUPERIOR, "单位GDP能耗下降率及全省位次"},
    {"G03", 2, KC_SOURCE_CITY_KEY, "新建学校6所投入使用"},
    {"G03", 3, KC_SOURCE_LIVELIHOOD, "新增公办幼儿园学位3000个"},
    {"G12", 1, KC_SOURCE_SUPERIOR, "PM2.5平均浓度及全省位次"},
    {"G12", 4, KC_SOURCE_SUPERIOR, "地表水优良比例及全省位次"},
    {"G17", 1, KC_SOURCE_SUPERIOR, "河流断面水质达标率及全省位次"},
    {"G17", 3, KC_SOURCE_LIVELIHOOD, "农村供水保障工程"},
    {"G19", 1, KC_SOURCE_SUPERIOR, "实际使用外资及全省位次"},
    {"G19", 4, KC_SOURCE_SUPERIOR, "社会消费品零售总额增速及全省位次"},
    {"G21", 3, KC_SOURCE_LIVELIHOOD, "改造提升村卫生室100个"},
    {"G21", 1, KC_SOURCE_SUPERIOR, "医药卫生体制改革全省位次"},
    {"G29", 1, KC_SOURCE_SUPERIOR, "基金监管全省位次"},
    {"G29", 3, KC_SOURCE_LIVELIHOOD, "异地就医直接结算率"},
};

/* Points of the key targets: 70 a row; of the routine ones: 20. */
#define KEYS 8
#define ROUTINES 6
#define CHANCE_ROWS 6 /* the first ones; the others are of one unit */
static const int64_t key_weights[8][KEYS + 1] = {
    {150000, 150000, 120000, 120000, 100000, 60000},
    {200000, 150000, 150000, 100000, 100000},
    {180000, 120000, 150000, 150000, 100000},
    {150000, 120000, 120000, 100000, 80000, 70000, 60000},
    {120000, 120000, 100000, 100000, 80000, 70000, 60000, 50000},
    {150000, 100000, 100000, 100000, 100000, 80000, 70000},
    {150000, 200000, 150000, 100000, 100000},
    {150000, 180000, 120000, 150000, 100000},
};
static const int key_sources[KEYS] = {KC_SOURCE_SUPERIOR, KC_SOURCE_CITY_KEY,
    KC_SOURCE_LIVELIHOOD, KC_SOURCE_SUPERIOR, KC_SOURCE_CITY_KEY,
    KC_SOURCE_CITY_KEY, KC_SOURCE_LIVELIHOOD, KC_SOURCE_CITY_KEY};
static const int64_t routine_weights[4][ROUTINES + 1] = {
    {80000, 70000, 50000},
    {60000, 50000, 50000, 40000},
    {50000, 50000, 40000, 30000, 30000},
    {40000, 40000, 40000, 30000, 30000, 20000},
};
/* Units whose row is not left to chance. */
static const struct {
	const char *unit;
	unsigned row;
} rows[] = {{"G17", 6}, {"G19", 1}, {"G29", 7}};
static const char *const routine_titles[] = {"法治宣传教育", "统计报表报送",
    "建议提案办理", "档案移交", "干部培训", "政务信息公开"};
static const char *const superior_titles[] = {
    "高质量发展指标全省位次", "省定监测指标全省位次"};
static const char *const city_titles[] = {"年度改革任务", "重点工程建设",
    "专项行动推进", "服务效能提升", "规划编制实施", "数字化转型",
    "协同机制建设", "风险防范化解"};
static const char *const livelihood_titles[] = {
    "民生实事项目", "便民服务点建设", "惠民工程"};

static void
key_title(size_t u, unsigned number, struct demo_target *t)
{
	const struct demo_unit *unit = &demo_units[u];
	const char *title;

	for (size_t i = 0; i < sizeof(named_targets) / sizeof(*named_targets);
	     i++) {
		const struct named_target *n = &named_targets[i];

		if (strcmp(n->unit, unit->code) == 0 && n->number == number) {
			t->source = n->source;
			snprintf(t->title, sizeof(t->title), "%s", n->title);
			return;
		}
	}
	if (t->source == KC_SOURCE_SUPERIOR)
		title = superior_titles[number % 2];
	else if (t->source == KC_SOURCE_LIVELIHOOD)
		title =
		    livelihood_titles[(demo_pick(unit->code, 3, 3) + number) %
			3];
	else
		title =
		    city_titles[(demo_pick(unit->code, 2, 4) + number - 2) % 8];
	snprintf(t->title, sizeof(t->title), "%s%s", unit->zh, title);
}

/* Who assesses: never the unit itself. */
static const char *
assessor_of(const char *unit, int class_, int source)
{
	const char *a = class_ == KC_TARGET_CLASS_ROUTINE ? "P11"
	    : source == KC_SOURCE_SUPERIOR                ? "G02"
	    : source == KC_SOURCE_LIVELIHOOD              ? "G01"
							  : "P07";

	return strcmp(a, unit) == 0 ? "P02" : a;
}

static size_t
key_targets(size_t u, struct demo_target *out)
{
	const char *code = demo_units[u].code;
	unsigned row = demo_pick("key", (uint32_t)u, CHANCE_ROWS);
	size_t n = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].unit, code) == 0)
			row = rows[i].row;
	for (unsigned i = 0; key_weights[row][i] > 0; i++) {
		struct demo_target *t = &out[n++];

		memset(t, 0, sizeof(*t));
		t->class_ = KC_TARGET_CLASS_KEY;
		t->source = key_sources[i];
		t->weight_e4 = key_weights[row][i];
		snprintf(
		    t->code, sizeof(t->code), "%s-2022-K%02u", code, i + 1);
		snprintf(t->duty, sizeof(t->duty), "%s-D%u", code,
		    i % DEMO_DUTIES + 1);
		key_title(u, i + 1, t);
		t->assessor = assessor_of(code, t->class_, t->source);
		snprintf(t->lead, sizeof(t->lead), "C-%s-%u", code, i + 1);
		if (t->source == KC_SOURCE_SUPERIOR)
			snprintf(t->indicator, sizeof(t->indicator), "%s-I%02u",
			    code, i + 1);
	}
	return n;
}

static size_t
routine_targets(size_t u, struct demo_target *out)
{
	const char *code = demo_units[u].code;
	const int64_t *routines =
	    routine_weights[demo_pick("routine", (uint32_t)u, 4)];
	size_t n = 0;

	for (unsigned i = 0; routines[i] > 0; i++) {
		struct demo_target *t = &out[n++];

		memset(t, 0, sizeof(*t));
		t->class_ = KC_TARGET_CLASS_ROUTINE;
		t->source = i % 2 == 0 ? KC_SOURCE_PLAN : KC_SOURCE_HANDED_DOWN;
		t->weight_e4 = routines[i];
		snprintf(
		    t->code, sizeof(t->code), "%s-2022-R%02u", code, i + 1);
		snprintf(t->duty, sizeof(t->duty), "%s-D%u", code,
		    i % DEMO_DUTIES + 1);
		t->assessor = assessor_of(code, t->class_, t->source);
		snprintf(t->title, sizeof(t->title), "%s",
		    routine_titles[(demo_pick(code, 100, 6) + i) % 6]);
	}
	return n;
}

size_t
demo_unit_targets(size_t u, struct demo_target out[DEMO_TARGETS_MAX])
{
	size_t n = key_targets(u, out);

	return n + routine_targets(u, out + n);
}

void
demo_duty_text(size_t u, unsigned duty, char *out, size_t size)
{
	static const char *const verbs[DEMO_DUTIES] = {
	    "贯彻执行上级方针政策，拟订本领域规划并组织实施",
	    "组织推进本领域重点工程和民生项目",
	    "承担本领域监督管理和公共服务职责"};

	snprintf(
	    out, size, "%s：%s", demo_units[u].zh, verbs[duty % DEMO_DUTIES]);
}
