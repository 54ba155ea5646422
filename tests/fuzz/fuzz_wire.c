/* SPDX-License-Identifier: Apache-2.0 */
/* A line between daemon and sender: what is taken comes back as it was. */
#include "remind/wire.h"

#include <string.h>

#include "fuzz.h"

static void
try_job(struct kc_slice line)
{
	static struct kc_job job, back;
	struct kc_wire *keep, *again;
	struct kc_buf out = {0};
	enum kc_err err = kc_job_decode(&job, &keep, line);

	MUST(err == KC_OK || err == KC_ESYNTAX);
	MUST(job.id.n == 0 || job.id.n == KC_JOB_ID_SIZE);
	if (err == KC_OK) {
		MUST(kc_job_encode(&out, &job) == KC_OK);
		out.n--;
		MUST(kc_job_decode(&back, &again, kc_buf_view(&out)) == KC_OK);
		MUST(kc_slice_eq(back.subject, job.subject) &&
		    kc_slice_eq(back.to, job.to) &&
		    kc_slice_eq(back.text, job.text) &&
		    kc_slice_eq(back.ics, job.ics) &&
		    back.nnotices == job.nnotices);
		MUST(memchr(job.subject.p, '\n', job.subject.n) == NULL &&
		    memchr(job.to.p, '\n', job.to.n) == NULL);
		kc_wire_free(again);
	}
	kc_wire_free(keep);
	kc_buf_free(&out);
}

static void
try_answer(struct kc_slice line)
{
	struct kc_answer a, back;
	struct kc_buf out = {0};

	if (kc_answer_decode(&a, line) != KC_OK)
		return;
	MUST(kc_answer_encode(&out, &a) == KC_OK);
	out.n--;
	MUST(kc_answer_decode(&back, kc_buf_view(&out)) == KC_OK);
	MUST(memcmp(&a, &back, sizeof(a)) == 0);
	kc_buf_free(&out);
}

static void
try_config(struct kc_slice line)
{
	static struct kc_remind r, back;
	char origin[KC_REMIND_TEXT_MAX], same[KC_REMIND_TEXT_MAX];
	struct kc_buf out = {0};

	if (kc_wire_config_decode(&r, origin, line) != KC_OK)
		return;
	MUST(kc_wire_config_encode(&out, &r, kc_slice_str(origin)) == KC_OK);
	out.n--;
	MUST(kc_wire_config_decode(&back, same, kc_buf_view(&out)) == KC_OK);
	MUST(strcmp(origin, same) == 0 &&
	    kc_remind_channels(&r) == kc_remind_channels(&back));
	kc_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kc_slice line = {(const char *)data, size};
	uint32_t bits;

	try_job(line);
	try_answer(line);
	try_config(line);
	(void)kc_wire_ready_decode(&bits, line);
	return 0;
}
