/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a client may repeat: the same note gives the same receipt, other
 * bytes under its id a conflict, across restarts too. And SIGTERM under load
 * ends the daemon in order.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "faultkit.h"

#define COPIES 8
#define HUPS 50

static void
test_same_note(struct fault *f)
{
	long seq[3], size;
	bool dup[3], holds = true;

	for (unsigned i = 0; i < 3; i++) {
		struct kc_buf reply = {0};
		int status = fault_post(f, 0, &reply);

		seq[i] = fault_number(&reply, "seq");
		dup[i] = strstr(kc_buf_cstr(&reply), "\"duplicate\":true");
		holds = holds && status == (i == 0 ? 201 : 200) &&
		    fault_receipt_holds(f, &reply);
		kc_buf_free(&reply);
	}
	size = fault_size(f);
	tap_ok(!dup[0] && dup[1] && dup[2], "only the first is new");
	tap_ok(seq[0] >= 0 && seq[0] == seq[1] && seq[1] == seq[2],
	    "the same note three times has one place");
	tap_ok(holds, "each receipt proves the stored leaf");
	tap_ok(size == seq[0] + 1, "and one entry stands");
}

/* The statement has the id of note 0 and another text. */
static void
make_conflict(struct fault *f, struct kc_buf *note)
{
	const char *fields[] = {"unit=G16", "duty=X1", "text=别的", NULL};
	unsigned next = f->k.next_id;

	f->k.next_id = (unsigned)kc_be64(f->first + 8) - 1;
	if (kit_note(&f->k, note, KC_K_duty_register, "P09.a", fields) != KC_OK)
		abort();
	f->k.next_id = next;
}

static void
test_conflict(struct fault *f, const char *when)
{
	struct kc_buf note = {0}, reply = {0};
	long size = fault_size(f);
	int status;

	make_conflict(f, &note);
	status = dk_request(&f->d, "POST", "/v1/entries", "text/plain",
	    kc_buf_view(&note), &reply);
	tap_ok(status == 409 &&
		strstr(kc_buf_cstr(&reply), "\"E-ID-CONFLICT\"") != NULL,
	    "other bytes under the id: 409 E-ID-CONFLICT %s", when);
	tap_ok(fault_size(f) == size, "and nothing is added %s", when);
	kc_buf_free(&note);
	kc_buf_free(&reply);
}

/* Every note so far, asked again: the first place, a receipt that holds. */
static void
test_asked_again(struct fault *f, long first, unsigned n, const char *when)
{
	long size = fault_size(f);
	bool good = true;

	for (unsigned i = 0; i < n; i++) {
		struct kc_buf reply = {0};

		good = good && fault_post(f, i, &reply) == 200 &&
		    fault_number(&reply, "seq") == first + (long)i &&
		    fault_receipt_holds(f, &reply);
		kc_buf_free(&reply);
	}
	tap_ok(good, "%u notes have their first receipts %s", n, when);
	tap_ok(fault_size(f) == size, "and nothing is added %s", when);
}

struct copy {
	struct fault *f;
	int status;
	long seq;
};

static void *
post_copy(void *arg)
{
	struct copy *c = arg;
	struct kc_buf reply = {0};

	c->status = fault_post(c->f, 1, &reply);
	c->seq = fault_number(&reply, "seq");
	kc_buf_free(&reply);
	return NULL;
}

static void
test_at_once(struct fault *f)
{
	struct copy copy[COPIES];
	pthread_t thread[COPIES];
	unsigned fresh = 0, good = 0;

	for (unsigned i = 0; i < COPIES; i++) {
		copy[i].f = f;
		if (pthread_create(&thread[i], NULL, post_copy, &copy[i]) != 0)
			abort();
	}
	for (unsigned i = 0; i < COPIES; i++)
		pthread_join(thread[i], NULL);
	for (unsigned i = 0; i < COPIES; i++) {
		fresh += copy[i].status == 201;
		good += (copy[i].status == 200 || copy[i].status == 201) &&
		    copy[i].seq == copy[0].seq;
	}
	tap_ok(fresh == 1 && good == COPIES,
	    "%d clients with one note at once: %u new, %u with its place",
	    COPIES, fresh, good);
}

/* One body with the same note twice, and a new one between. */
static void
test_one_body(struct fault *f)
{
	static const unsigned order[] = {2, 3, 2};
	struct kc_buf body = {0}, reply = {0};
	long size = fault_size(f);
	const char *code;

	for (unsigned i = 0; i < 3; i++) {
		struct kc_slice note = fault_note(f, order[i]);

		kc_buf_be16(&body, (uint16_t)note.n);
		kc_buf_slice(&body, note);
	}
	tap_ok(
	    dk_request(&f->d, "POST", "/v1/entries", "application/octet-stream",
		kc_buf_view(&body), &reply) == 200 &&
		fault_size(f) == size + 2,
	    "a body with the same note twice adds it once");
	code = strstr(kc_buf_cstr(&reply), "\"problem\"");
	tap_ok(code == NULL, "and none of the three is refused");
	kc_buf_free(&body);
	kc_buf_free(&reply);
}

static void
test_term(struct fault *f, struct fault_load *load, unsigned rounds)
{
	double worst = 0;
	unsigned clean = 0, busy = 0;

	for (unsigned i = 0; i < rounds; i++) {
		double from;

		dk_start(&f->d);
		fault_load_begin(load, f);
		from = dk_now_ms();
		while (atomic_load(&load->answered) < 5 + 3 * (i % 10) &&
		    dk_poll(from, 5000))
			;
		busy += atomic_load(&load->answered) >= 5;
		from = dk_now_ms();
		clean += dk_stop(&f->d) == 0;
		if (dk_now_ms() - from > worst)
			worst = dk_now_ms() - from;
		fault_load_end(load);
	}
	tap_ok(busy == rounds, "SIGTERM came under load each time");
	tap_ok(
	    clean == rounds, "SIGTERM: %u of %u times exit 0", clean, rounds);
	tap_ok(worst < 2000, "each within 2 s: worst %.0f ms", worst);
	(void)fault_sound(f, "after SIGTERM under load");
}

/* SIGHUP reads the configuration again, and that is all it does. */
static void
test_hup(struct fault *f, struct fault_load *load)
{
	unsigned before;
	double from;

	dk_start(&f->d);
	fault_load_begin(load, f);
	for (unsigned i = 0; i < HUPS; i++) {
		kill(f->d.pid, SIGHUP);
		from = dk_now_ms();
		before = atomic_load(&load->answered);
		while (atomic_load(&load->answered) == before &&
		    dk_poll(from, 5000))
			;
	}
	tap_ok(atomic_load(&load->answered) >= HUPS,
	    "%d times SIGHUP under load: answers go on", HUPS);
	fault_load_end(load);
	tap_ok(dk_stop(&f->d) == 0, "and SIGTERM ends it with 0");
	(void)fault_sound(f, "after SIGHUP under load");
}

int
main(void)
{
	static struct fault f;
	static struct fault_load load;
	unsigned rounds = tap_number("TERM_ROUNDS", 10);
	long first;

	fault_init(&f, 2000 + 100 * rounds);
	dk_start(&f.d);
	first = fault_size(&f);
	test_same_note(&f);
	test_conflict(&f, "at once");
	test_at_once(&f);
	test_one_body(&f);
	test_asked_again(&f, first, 4, "at once");
	tap_ok(dk_stop(&f.d) == 0, "SIGTERM ends the idle daemon with 0");
	dk_start(&f.d);
	test_asked_again(&f, first, 4, "after a restart");
	test_conflict(&f, "after a restart");
	dk_kill(&f.d, SIGKILL);
	dk_start(&f.d);
	test_asked_again(&f, first, 4, "after kill -9");
	dk_kill(&f.d, SIGKILL);
	atomic_store(&load.next, 4);
	test_term(&f, &load, rounds);
	test_hup(&f, &load);
	fault_free(&f);
	return tap_done();
}
