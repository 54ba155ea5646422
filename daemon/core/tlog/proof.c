/* SPDX-License-Identifier: Apache-2.0 */
/* The receipt of an entry (tlog-proof). */
#include <kaocheng/proof.h>

#include <assert.h>
#include <string.h>

#include <kaocheng/base64.h>

#define MAGIC "c2sp.org/tlog-proof@v1"
#define HASH_TEXT KC_BASE64_SIZE(KC_HASH_SIZE)

static size_t
max_of(const struct kc_proof *proof)
{
	return proof->extra.n > 0 ? KC_PROOF_FILE_MAX : KC_RECEIPT_MAX;
}

static void
put_first_lines(struct kc_buf *b, const struct kc_proof *proof)
{
	kc_buf_str(b, MAGIC "\n");
	if (proof->extra.n > 0) {
		kc_buf_str(b, "extra ");
		kc_buf_slice(b, proof->extra);
		kc_buf_char(b, '\n');
	}
	kc_buf_str(b, "index ");
	kc_buf_u64(b, proof->index);
	kc_buf_char(b, '\n');
}

static void
put_rest(struct kc_buf *b, const struct kc_proof *proof)
{
	for (size_t i = 0; i < proof->npath; i++) {
		kc_buf_hash(b, &proof->path[i]);
		kc_buf_char(b, '\n');
	}
	kc_buf_char(b, '\n');
	kc_buf_slice(b, proof->checkpoint);
}

static void
hold_limit(struct kc_buf *b, size_t start, const struct kc_proof *proof)
{
	if (b->err == KC_OK && b->n - start > max_of(proof))
		b->err = KC_ETOOBIG;
}

void
kc_buf_proof(struct kc_buf *b, const struct kc_proof *proof)
{
	size_t start = b->n;

	put_first_lines(b, proof);
	put_rest(b, proof);
	hold_limit(b, start, proof);
}

/* --- of one batch --- */
void
kc_receipts_begin(struct kc_receipts *r)
{
	kc_buf_reset(&r->rest);
}

void
kc_receipts_release(struct kc_receipts *r)
{
	kc_buf_free(&r->rest);
}

/* Most hashes of a path are those of the entry before. */
static void
change_rest(struct kc_receipts *r, const struct kc_proof *proof)
{
	for (size_t i = 0; i < proof->npath; i++)
		if (!kc_hash_eq(&r->path[i], &proof->path[i]))
			kc_base64_encode(r->rest.p + i * (HASH_TEXT + 1),
			    proof->path[i].b, KC_HASH_SIZE);
}

void
kc_buf_receipt(
    struct kc_buf *b, struct kc_receipts *r, const struct kc_proof *proof)
{
	size_t start = b->n;

	assert(proof->extra.n == 0);
	if (r->rest.n > 0 && r->rest.err == KC_OK && r->npath == proof->npath) {
		change_rest(r, proof);
	} else {
		kc_buf_reset(&r->rest);
		put_rest(&r->rest, proof);
	}
	r->npath = proof->npath;
	memcpy(r->path, proof->path, proof->npath * sizeof(r->path[0]));
	put_first_lines(b, proof);
	kc_buf_slice(b, kc_buf_view(&r->rest));
	if (b->err == KC_OK)
		b->err = r->rest.err;
	hold_limit(b, start, proof);
}

/* Takes a fixed word and a space off the front of a line. */
static bool
take_word(struct kc_slice *line, const char *word)
{
	size_t n = strlen(word);

	if (line->n <= n || memcmp(line->p, word, n) != 0 || line->p[n] != ' ')
		return false;
	line->p += n + 1;
	line->n -= n + 1;
	return true;
}

static bool
extra_ok(struct kc_slice base64)
{
	uint8_t bytes[KC_RECEIPT_MAX];
	size_t n;

	return base64.n > 0 &&
	    kc_base64_decode(base64, bytes, sizeof(bytes), &n) == KC_OK;
}

enum kc_err
kc_proof_parse(struct kc_proof *out, struct kc_slice bytes)
{
	struct kc_slice rest = bytes;
	struct kc_slice line;

	out->npath = 0;
	out->extra = (struct kc_slice){0};
	if (bytes.n > KC_PROOF_FILE_MAX)
		return KC_ETOOBIG;
	if (!kc_slice_line(&rest, &line) || !kc_slice_is(line, MAGIC) ||
	    !kc_slice_line(&rest, &line))
		return KC_ESYNTAX;
	if (take_word(&line, "extra")) {
		out->extra = line;
		if (!extra_ok(line) || !kc_slice_line(&rest, &line))
			return KC_ESYNTAX;
	}
	if (bytes.n > max_of(out))
		return KC_ETOOBIG;
	if (!take_word(&line, "index") ||
	    !kc_read_u64(line, INT64_MAX, &out->index))
		return KC_ESYNTAX;
	for (;;) {
		if (!kc_slice_line(&rest, &line))
			return KC_ESYNTAX;
		if (line.n == 0)
			break;
		if (out->npath == KC_PATH_MAX)
			return KC_ETOOBIG;
		if (!kc_read_hash(line, &out->path[out->npath]))
			return KC_ESYNTAX;
		out->npath++;
	}
	if (rest.n == 0)
		return KC_ESYNTAX;
	out->checkpoint = rest;
	return KC_OK;
}

bool
kc_proof_is(struct kc_slice bytes)
{
	return bytes.n >= sizeof(MAGIC) - 1 &&
	    memcmp(bytes.p, MAGIC, sizeof(MAGIC) - 1) == 0;
}

enum kc_err
kc_proof_leaf(const struct kc_proof *proof, struct kc_buf *out)
{
	uint8_t leaf[KC_LEAF_MAX];
	size_t n;

	if (proof->extra.n == 0)
		return KC_ENOTFOUND;
	if (kc_base64_decode(proof->extra, leaf, sizeof(leaf), &n) != KC_OK)
		return KC_ESYNTAX;
	kc_buf_put(out, leaf, n);
	return kc_buf_err(out);
}

enum kc_err
kc_proof_file(struct kc_slice receipt, struct kc_slice leaf, struct kc_buf *out)
{
	struct kc_buf base64 = {0};
	struct kc_proof p;
	enum kc_err err = kc_proof_parse(&p, receipt);

	kc_buf_base64(&base64, (const uint8_t *)leaf.p, leaf.n);
	p.extra = kc_buf_view(&base64);
	if (err == KC_OK)
		err = kc_buf_err(&base64);
	if (err == KC_OK) {
		kc_buf_proof(out, &p);
		err = kc_buf_err(out);
	}
	kc_buf_free(&base64);
	return err;
}

enum kc_err
kc_proof_verify(struct kc_slice proof_text, struct kc_slice leaf_bytes,
    const struct kc_vkey *log_key, struct kc_checkpoint *checkpoint)
{
	struct kc_log_keys keys;

	keys.n = 0;
	if (log_key != NULL)
		keys.v[keys.n++] = *log_key;
	return kc_proof_verify_by(proof_text, leaf_bytes, &keys, checkpoint);
}

enum kc_err
kc_proof_verify_by(struct kc_slice proof_text, struct kc_slice leaf_bytes,
    const struct kc_log_keys *keys, struct kc_checkpoint *checkpoint)
{
	struct kc_checkpoint c;
	struct kc_proof proof;
	struct kc_hash leaf;
	enum kc_err err;

	if (keys->n == 0) /* a receipt without its signature proves nothing */
		return KC_ENOKEY;
	err = kc_proof_parse(&proof, proof_text);
	if (err != KC_OK)
		return err;
	err = kc_checkpoint_parse_by(&c, proof.checkpoint, keys);
	if (err != KC_OK)
		return err;
	leaf = kc_hash_leaf(leaf_bytes.p, leaf_bytes.n);
	err = kc_merkle_verify_inclusion(
	    &leaf, proof.index, c.size, proof.path, proof.npath, &c.root);
	if (err == KC_OK && checkpoint != NULL)
		*checkpoint = c;
	return err;
}
