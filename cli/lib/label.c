/* SPDX-License-Identifier: Apache-2.0 */
/* What the members of a document are called. */
#include "tool.h"

#include <string.h>

/* Members over the rows, where their view has no column of that key. */
static const struct {
	const char *key, *zh, *en;
} labels[] = {
    {"version", "第几版", "version"},
    {"yearend", "编号", "year's end"},
    {"lacks", "尚缺", "lacking"},
    {"settled", "未了结预扣分按全额计", "open cases in full"},
    {"selfchecks_due", "自查期限", "self-checks due"},
    {"published", "公布", "published"},
    {"now", "现在可以", "what can be done now"},
    {"rank", "位次", "rank"},
    {"rank_why", "位次由来", "rank comes from"},
    {"expression", "条件", "what holds"},
    {"first", "首次成立的条目", "first by entry"},
    {"holds_now", "现在成立", "holds now"},
    {"prededuct", "预扣分", "pre-deductions"},
    {"exempted", "免予扣分", "exempted"},
    {"assessor", "考核单位", "assessor"},
    {"total", "得分", "score"},
    {"negative", "负面清单扣分", "deduction by the negative list"},
    {"worth", "所申报等次的分值", "worth as claimed"},
    {"given", "核定等次", "granted by grade"},
    {"issuer", "发文机关", "issued by"},
    {"dated", "文件日期", "dated"},
    {"verifier", "核实人", "verified by"},
    {"item", "负面清单项", "item"},
    {"item_name", "共性工作", "common duty"},
    {"on", "事实日期", "day of the fact"},
    {"amount", "扣分", "points"},
    {"counts", "计入得分", "counts in the score"},
    {"proposer", "提出人", "proposed by"},
    {"policy", "政策", "policy"},
    {"policy_seq", "政策条目", "adopted by entry"},
    {"ranked", "参加排名", "ranked"},
    {"group_rank", "同类位次", "rank in its group"},
    {"group_ranked", "同类参加排名", "ranked in its group"},
    {"pending", "待定", "pending"},
    {"listed", "责任单已下达", "list issued"},
    {"source", "来源", "source"},
    {"lead", "分管领导", "leader in charge"},
    {"assist", "协管领导", "assisting leader"},
    {"completion_bp", "完成率", "completion"},
    {"completion_seq", "认定条目", "found by entry"},
    {"decider", "决定人", "decided by"},
    {"effect", "处理", "effect"},
    {"cause", "原因", "cause"},
    {"outcome", "结果", "outcome"},
    {"number", "文号", "number"},
    {"standard", "标准", "standard"},
    {"rate_bp", "返还比例", "rate of the return"},
    {"may_return", "尚可返还", "may still come back"},
    {"may_return_until", "返还须办至", "to be done until"},
    {"last_day", "整改期限", "last day of rectification"},
    {"submitted", "报送整改", "submitted"},
    {"review_due", "验收期限", "review due"},
    {"confirm_due", "确认期限", "confirmation due"},
    {"feedback_late", "反馈逾期", "feedback was late"},
    {"decided", "决定", "decided"},
    {"dispute_by", "可提出争议至", "may be disputed until"},
    {"confirmed", "确认", "confirmed"},
    {"delivered", "送达", "delivered"},
    {"issued", "发出", "issued"},
    {"provisional", "待日历确认", "calendar not final"},
    {"extensions", "延期次数", "extensions"},
    {"adopted", "已采用", "adopted"},
    {"file", "文件", "file"},
    {"ends", "至此了结", "it ends on"},
    {"state", "状态", "state"},
    {"retired", "已停用", "retired"},
    {"person_committed", "已有身份承诺", "committed to a person"},
    {"plan", "任务分解", "tasks"},
    {"leaf_hash", "叶哈希", "leaf hash"},
};

/* Members that mean another thing in one view. */
static const struct {
	const char *view, *key, *zh, *en;
} own_labels[] = {
    {"grades", "first", "第一等次", "first grade"},
    {"grades", "second", "第二等次", "second grade"},
    {"grades", "third", "第三等次", "third grade"},
    {"grades", "ungraded", "不评等次", "without a grade"},
    {"grades", "list", "清单", "list"},
    {"grades", "results", "签署所附的散列", "hash to be signed"},
    {"grades", "changed", "公布后有变化", "changed since"},
    {"explain", "grade", "公布等次", "published grade"},
    {"explain", "ruling", "复核改定", "by the ruling of"},
    {"yearend", "missing", "首先", "first of them"},
    {"yearend", "units", "已公布单位", "units published"},
    {"yearend", "fed_back", "已反馈", "fed back"},
    {"yearend", "changed", "结果已变化的单位", "results changed"},
    {"yearend", "changed_units", "哪些单位", "of"},
};

static const char *
own_label(const struct kc_cli *cli, const struct kc_view *v, const char *key)
{
	for (size_t i = 0; i < sizeof(own_labels) / sizeof(own_labels[0]); i++)
		if (strcmp(own_labels[i].view, v->name) == 0 &&
		    strcmp(own_labels[i].key, key) == 0)
			return cli->lang == KC_LANG_ZH ? own_labels[i].zh
						       : own_labels[i].en;
	return NULL;
}

static const char *
column_label(const struct kc_cli *cli, const struct kc_view *v, const char *key)
{
	for (size_t c = 0; c < v->ncolumns; c++)
		if (strcmp(v->columns[c].key, key) == 0)
			return kc_column_label(cli, &v->columns[c]);
	return NULL;
}

/* A column of another view comes last: it may call by the same key what it
 * counts, as the mirror does with decisions. */
const char *
kc_member_label(
    const struct kc_cli *cli, const struct kc_view *own, const char *key)
{
	const char *label = own_label(cli, own, key);

	if (label == NULL)
		label = column_label(cli, own, key);
	for (size_t i = 0;
	     label == NULL && i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i].key, key) == 0)
			label = cli->lang == KC_LANG_ZH ? labels[i].zh
							: labels[i].en;
	for (size_t i = 0; label == NULL && i < kc_view_count(); i++)
		label = column_label(cli, kc_view_get(i), key);
	return label != NULL ? label : key;
}
