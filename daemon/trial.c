/* SPDX-License-Identifier: Apache-2.0 */
/* One test message by the configured sender, of which no ledger is told. */
#include "trial.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <event2/event.h>
#include <event2/thread.h>

#include <kaocheng/keyfile.h>
#include <kaocheng/people.h>

#include "options.h"
#include "remind/link.h"
#include "start.h"
#include "sys/child.h"
#include "sys/file.h"

#define READY_S 15 /* for the sender to start */

struct trial {
	const struct kc_config *c;
	unsigned channel;
	char word[KC_CODE_MAX + 1], actor[KC_CODE_MAX + 1];
	enum kc_lang lang;
	bool json;
	struct event_base *base;
	struct event *late;
	struct kc_link *link;
	struct kc_vkey key; /* its name is the origin */
	struct kc_person person;
	struct kc_buf program, id, message_id, line;
	bool given; /* the sender has it */
	struct kc_answer answer;
	const char *outcome; /* NULL: it goes on */
};

/* --- what happened, and what to do --- */
static const struct hint {
	const char *code, *zh, *en;
} hints[] = {
    {"off", "配置的 remind 一节没有这一渠道；请补上（kaocheng.yaml(5)）",
	"the section `remind` of the configuration lacks this channel: add it "
	"(kaocheng.yaml(5))"},
    {"no-person", "人员目录没有此人的档案；请用 kaocheng people edit 补上",
	"the directory of persons has no file of them: kaocheng people edit"},
    {"no-address",
	"此人的档案没有列出这一渠道或其地址；请用 kaocheng people edit 补上 "
	"channels= 与地址",
	"their file does not list this channel, or has no address of it: "
	"kaocheng people edit ACTOR channels=…"},
    {"log-key", "日志密钥文件读不出：请以运维用户身份运行",
	"the key file of the log cannot be read: run it as the operator"},
    {"sender", "发送程序没有就绪；原因见上面各行（密钥文件及其权限）",
	"the sender did not become ready; the lines above say why (files of "
	"secrets, who may read them)"},
    {"tls", "服务器不提供 STARTTLS，或其证书不受信任；请看 ca 与 host",
	"the server offers no STARTTLS, or its certificate is not trusted: see "
	"`ca` and `host`"},
    {"dns", "主机名查不到；请看 host 与网络",
	"the host's name is not known: see `host` and the network"},
    {"connect", "连不上；请看 host、port、防火墙与 IPAddressAllow",
	"no connection: see `host`, `port`, the firewall, IPAddressAllow"},
    {"timeout", "对方没有回答；请看防火墙与 timeout_s",
	"no answer: see the firewall and `timeout_s`"},
    {"535", "用户名或口令不对；请看 user 与 password",
	"user or password are wrong: see `user`, `password`"},
    {"login", "无法登录；请看 user 与 password",
	"it cannot log in: see `user`, `password`"},
    {"550", "对方不认这一地址；请改此人的档案",
	"the server does not know this address: mend the person's file"},
    {"place", "这个群在 places 文件中没有一行",
	"the group has no line in the file of places"},
    {"reach", "地址不在 reach 允许的范围内",
	"the address is of a range that `reach` does not allow"},
};

static const char *
what_to_do(const struct trial *t)
{
	bool zh = t->lang == KC_LANG_ZH;

	if (strcmp(t->outcome, "sent") == 0)
		return zh ? "对方已收下；请收件人确认看到"
			  : "the other side has taken it: ask whether it came";
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (strcmp(hints[i].code, t->answer.code) == 0)
			return zh ? hints[i].zh : hints[i].en;
	return strcmp(t->outcome, "deferred") == 0
	    ? (zh ? "对方要求稍后再试；提醒会自动重试"
		  : "it may go later: a reminder is tried again by itself")
	    : (zh ? "对方拒收；代码见 docs/OPERATIONS.md“Reminders”"
		  : "refused: docs/OPERATIONS.md \"Reminders\" has the codes");
}

static int
say(const struct trial *t)
{
	static const char *const zh[] = {"已送出", "暂未送出", "未能送出"};
	unsigned n = strcmp(t->outcome, "sent") == 0 ? 0
	    : strcmp(t->outcome, "deferred") == 0    ? 1
						     : 2;
	struct kc_buf b = {0};
	struct kc_json w = {.out = &b};
	const char *const parts[][2] = {{"schema", "kaocheng.remind.test/1"},
	    {"channel", t->word}, {"actor", t->actor}, {"outcome", t->outcome},
	    {"code", t->answer.code}, {"detail", t->answer.detail},
	    {"hint", what_to_do(t)}};
	int code;

	if (t->json)
		kc_json_open(&w, '{');
	for (size_t i = 0; t->json && i < sizeof(parts) / sizeof(parts[0]);
	     i++) {
		kc_json_key(&w, parts[i][0]);
		kc_json_str(&w, parts[i][1]);
	}
	if (t->json) {
		kc_json_close(&w, '}');
	} else {
		kc_buf_str(&b, t->word);
		kc_buf_str(&b, " -> ");
		kc_buf_str(&b, t->actor);
		kc_buf_str(&b, ": ");
		kc_buf_str(&b, t->lang == KC_LANG_ZH ? zh[n] : t->outcome);
		kc_buf_str(&b, " (");
		kc_buf_str(&b, t->answer.code);
		kc_buf_str(&b, t->answer.detail[0] != '\0' ? ", " : "");
		kc_buf_str(&b, t->answer.detail);
		kc_buf_str(&b, ")\n  ");
		kc_buf_str(&b, what_to_do(t));
	}
	kc_buf_char(&b, '\n');
	code = kc_options_print(kc_buf_cstr(&b));
	kc_buf_free(&b);
	return n == 0 ? code : KC_DAEMON_FAILED;
}

static void
end(struct trial *t, const char *outcome, const char *code)
{
	t->outcome = outcome;
	if (code != NULL)
		(void)kc_slice_copy(
		    t->answer.code, sizeof(t->answer.code), kc_slice_str(code));
}

/* --- the message --- */
static bool
find_address(struct trial *t, struct kc_slice *to)
{
	int64_t channel;

	if (t->channel == KC_CHANNEL_FILE) {
		*to = kc_slice_str(t->actor);
		return true;
	}
	if (kc_people_get(t->c->people, kc_slice_str(t->actor), &t->person,
		NULL) != KC_OK) {
		end(t, "failed", "no-person");
		return false;
	}
	for (unsigned i = 0; kc_person_reach(&t->person, i, &channel, to); i++)
		if ((unsigned)channel == t->channel)
			return true;
	end(t, "failed", "no-address");
	return false;
}

static enum kc_err
make(struct trial *t, struct kc_slice to)
{
	bool zh = t->lang == KC_LANG_ZH;
	struct kc_slice host = t->key.name[0] != '\0'
	    ? kc_slice_str(t->key.name)
	    : KC_LIT("localhost");
	struct kc_slice before;
	uint8_t id[KC_MESSAGE_ID_SIZE];
	struct kc_job job = {.channel = t->channel,
	    .to = to,
	    .lang = kc_slice_str(zh ? "zh" : "en"),
	    .subject = kc_slice_str(zh ? "【考成】测试消息，无需办理"
				       : "[Kaocheng] a test, nothing to do"),
	    .text = kc_slice_str(zh
		    ? "这是运维人员发出的测试消息，用于检查提醒渠道；不是提醒，"
		      "无需办理。\n"
		    : "The operator sends this to see whether reminders "
		      "arrive. It is no reminder; there is nothing to do.\n"),
	    .link = kc_slice_str(t->c->remind.link),
	    .date_s = (int64_t)time(NULL)};

	if (getrandom(id, sizeof(id), 0) != (ssize_t)sizeof(id))
		return KC_EIO;
	if (kc_slice_cut(&host, '/', &before))
		host = before;
	kc_buf_hex(&t->id, id, sizeof(id));
	kc_buf_slice(&t->message_id, kc_buf_view(&t->id));
	kc_buf_char(&t->message_id, '@');
	kc_buf_slice(&t->message_id, host);
	(void)kc_buf_cstr(&t->id);
	if (kc_buf_err(&t->id) != KC_OK || kc_buf_err(&t->message_id) != KC_OK)
		return KC_ENOMEM;
	job.id = kc_buf_view(&t->id);
	job.message_id = kc_buf_view(&t->message_id);
	return kc_job_encode(&t->line, &job);
}

/* --- the conversation --- */
static void
on_ready(void *ctx, uint32_t channels)
{
	struct trial *t = ctx;

	if ((channels >> t->channel & 1) == 0) {
		end(t, "failed", "sender");
		(void)event_base_loopbreak(t->base);
	} else if (!t->given) {
		t->given = true;
		kc_link_give(t->link, kc_buf_view(&t->line));
	}
}

static void
on_answer(void *ctx, const struct kc_answer *answer)
{
	struct trial *t = ctx;

	if (strcmp(answer->id, kc_buf_cstr(&t->id)) != 0)
		return;
	t->answer = *answer;
	end(t, kc_delivery_text(answer->outcome), NULL);
	(void)event_base_loopbreak(t->base);
}

static void
on_late(evutil_socket_t fd, short what, void *ctx)
{
	struct trial *t = ctx;

	(void)fd;
	(void)what;
	end(t, t->given ? "deferred" : "failed",
	    t->given ? "timeout" : "sender");
	(void)event_base_loopbreak(t->base);
}

static void
talk(struct trial *t)
{
	const struct kc_remind *r = &t->c->remind;
	unsigned try_s = t->channel == KC_CHANNEL_COMMAND ? r->command.timeout_s
							  : r->timeout_s;
	const struct timeval wait = {READY_S + try_s, 0};
	struct kc_link_options o = {.config = r,
	    .origin = kc_slice_str(t->key.name),
	    .program = kc_buf_cstr(&t->program),
	    .ready = on_ready,
	    .answered = on_answer,
	    .ctx = t};

	end(t, "failed", "sender"); /* until another word */
	if (evthread_use_pthreads() != 0 ||
	    (t->base = event_base_new()) == NULL ||
	    (t->late = evtimer_new(t->base, on_late, t)) == NULL ||
	    event_add(t->late, &wait) != 0)
		return;
	o.base = t->base;
	if (kc_link_open(&t->link, &o) == KC_OK)
		(void)event_base_dispatch(t->base);
	kc_link_close(t->link);
}

static bool
read_asked(struct trial *t, const char *asked)
{
	struct kc_slice rest = kc_slice_str(asked), word, actor;
	int channel;

	if (!kc_slice_cut(&rest, ':', &word) ||
	    !kc_slice_cut(&rest, ':', &actor) ||
	    !kc_slice_copy(t->word, sizeof(t->word), word) ||
	    !kc_slice_copy(t->actor, sizeof(t->actor), actor))
		return false;
	channel = kc_word_find(KC_SET_CHANNEL, word);
	t->channel = (unsigned)channel;
	t->json = kc_slice_is(rest, "json");
	t->lang = kc_slice_is(rest, "zh") ? KC_LANG_ZH : KC_LANG_EN;
	return channel >= 0;
}

static void
attempt(struct trial *t)
{
	struct kc_buf file = {0};
	enum kc_keyfile_lock lock;
	struct kc_slice to;
	enum kc_err err;

	if (!t->c->remind.on ||
	    (kc_remind_channels(&t->c->remind) >> t->channel & 1) == 0) {
		end(t, "failed", "off");
		return;
	}
	err = kc_file_read(&file, t->c->log_key, KC_KEYFILE_MAX, true);
	if (err == KC_OK)
		err = kc_keyfile_peek(kc_buf_view(&file), &t->key, &lock);
	if (file.n > 0)
		explicit_bzero(file.p, file.n);
	kc_buf_free(&file);
	if (err != KC_OK)
		end(t, "failed", "log-key");
	else if (!find_address(t, &to))
		return;
	else if (kc_child_program(&t->program, t->c->remind.sender,
		     KC_LINK_SENDER) != KC_OK ||
	    make(t, to) != KC_OK)
		end(t, "failed", "sender");
	else
		talk(t);
}

int
kc_trial_run(const struct kc_config *c, const char *asked)
{
	struct trial t = {.c = c};
	int code = KC_DAEMON_USAGE;

	if (read_asked(&t, asked)) {
		attempt(&t);
		code = say(&t);
	}
	if (t.late != NULL)
		event_free(t.late);
	if (t.base != NULL)
		event_base_free(t.base);
	kc_buf_free(&t.program);
	kc_buf_free(&t.id);
	kc_buf_free(&t.message_id);
	kc_buf_free(&t.line);
	explicit_bzero(&t.person, sizeof(t.person));
	return code;
}
